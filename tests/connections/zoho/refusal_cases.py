"""Refusals as Zoho words them, by number: `replies/01` and so on, with two siblings.

Shapes are Zoho's; names and values are invented. `fields` are `field[:kind[:record]]`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connections.zoho.errors import (
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    Rejected,
    TokenRefused,
    UnexpectedReply,
    ZohoError,
)

Body = dict[str, Any] | list[Any] | str
PAGE = "<html><title>Zoho</title></html>"


@dataclass(frozen=True)
class Case:
    number: str
    product: str
    status: int
    body: Body
    expected: type[ZohoError]
    fields: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"replies/{self.number} {self.product} {self.status}"

    @property
    def raw(self) -> bytes:
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


def error(code: str, message: str = "no", **details: Any) -> dict[str, Any]:
    return {"code": code, "details": details, "message": message, "status": "error"}


def item(code: str, message: str = "no", **details: Any) -> dict[str, Any]:
    return {"data": [error(code, message, **details)]}


def at(name: str, inside: str = "") -> dict[str, Any]:
    """Return how CRM names a field, and whose part it is if not the field's own."""
    path = f"$.data[0].{inside or name}"
    return {"api_name": name, "json_path": path}


def desk(code: str, message: str = "no", **more: Any) -> dict[str, Any]:
    return {"errorCode": code, "message": message, **more}


def objection(name: str, kind: str, words: str = "") -> dict[str, str]:
    return {"fieldName": name, "errorType": kind, "errorMessage": words}


def crm(number: str, status: int, body: Body, *expected: Any) -> Case:
    kind, *fields = expected
    return Case(number, "crm", status, body, kind, tuple(fields))


def of_desk(
    number: str, status: int, body: Body, *expected: Any, **headers: str
) -> Case:
    kind, *fields = expected
    return Case(number, "desk", status, body, kind, tuple(fields), headers)


RULE: dict[str, Any] = {"layout_rule": {"name": "Rule", "id": "4150868000000000011"}}
OTHER: dict[str, Any] = {
    "id": "4150868000000000099",
    "Owner": {"name": "Ada", "id": "7"},
}
LEAD = OTHER | {"module": {"api_name": "Leads"}}

MISSING = [
    crm(
        "01",
        400,
        item("MANDATORY_NOT_FOUND", **at("Phone"), **RULE),
        Rejected,
        "Phone:missing",
    ),
    crm(
        "01b",
        207,
        item("MANDATORY_NOT_FOUND", **at("Quantity", "Lines[2].Quantity"), **RULE),
        Rejected,
        "Lines:missing",
    ),
    crm(
        "01c",
        400,
        item("MANDATORY_NOT_FOUND", **at("id", "Account_Name.id")),
        Rejected,
        "Account_Name:missing",
    ),
    crm(
        "02",
        400,
        item("MANDATORY_NOT_FOUND", **at("Title"), **RULE, id="4150868000000000012"),
        Rejected,
        "Title:missing",
    ),
    crm(
        "02b",
        202,
        item("MANDATORY_NOT_FOUND", api_name="Stage", id="4150868000000000012"),
        Rejected,
        "Stage:missing",
    ),
    crm(
        "02c",
        400,
        item(
            "MULTIPLE_OR_MULTI_ERRORS",
            errors=[
                error("MANDATORY_NOT_FOUND", **at("Title"), **RULE),
                error("INVALID_DATA", **at("Age"), expected_data_type="integer"),
            ],
        ),
        Rejected,
        "Title:missing",
        "Age:invalid",
    ),
    crm(
        "03",
        400,
        item("EXPECTED_FIELD_MISSING", expected_fields=[at("Phone"), at("Mobile")]),
        Rejected,
        "Phone:missing",
        "Mobile:missing",
    ),
    crm(
        "03b",
        400,
        error("EXPECTED_FIELD_MISSING", expected_fields=[{"api_name": "Email"}]),
        Rejected,
        "Email:missing",
    ),
    crm(
        "03c",
        400,
        item(
            "MULTIPLE_OR_MULTI_ERRORS",
            errors=[
                error(
                    "EXPECTED_FIELD_MISSING",
                    expected_fields=[at("From"), at("To"), at("Via")],
                ),
            ],
        ),
        Rejected,
        "From:missing",
        "To:missing",
        "Via:missing",
    ),
    crm(
        "06",
        400,
        item("DEPENDENT_FIELD_MISSING", **at("Town"), dependee=at("Area")),
        Rejected,
        "Town:missing",
    ),
    crm(
        "06b",
        400,
        error("DEPENDENT_FIELD_MISSING", **at("quarter"), dependee=at("week")),
        Rejected,
        "quarter:missing",
    ),
    crm(
        "06c",
        202,
        item("DEPENDENT_FIELD_MISSING", api_name="Town", dependee="Area"),
        Rejected,
        "Town:missing",
    ),
]
INVALID = [
    crm(
        "07",
        400,
        item("DEPENDENT_MISMATCH", "too early", **at("Until"), dependee=at("Status")),
        Rejected,
        "Until:invalid",
    ),
    crm(
        "07b",
        400,
        error("DEPENDENT_MISMATCH", "too late", **at("From"), dependee=at("To")),
        Rejected,
        "From:invalid",
    ),
    crm(
        "07c",
        207,
        item("DEPENDENT_MISMATCH", **at("To", "Lines[0].To")),
        Rejected,
        "Lines:invalid",
    ),
    crm(
        "20",
        400,
        item("INVALID_DATA", **at("Age"), maximum_length=2),
        Rejected,
        "Age:too_long",
    ),
    crm(
        "20b",
        202,
        item("INVALID_DATA", **at("name", "Tag[1].name"), maximum_length=25),
        Rejected,
        "Tag:too_long",
    ),
    crm(
        "20c",
        400,
        item("INVALID_DATA", **at("Age"), maximum_length=10**30),
        Rejected,
        "Age:invalid",
    ),
    crm(
        "21",
        400,
        item("INVALID_DATA", **at("Stars"), range={"from": 1, "to": 5}),
        Rejected,
        "Stars:invalid",
    ),
    crm(
        "21b",
        400,
        item("INVALID_DATA", **at("Share"), range={"from": 0.5, "to": 99.5}),
        Rejected,
        "Share:invalid",
    ),
    crm(
        "21c",
        400,
        item("INVALID_DATA", **at("Stars"), range=[1, 5]),
        Rejected,
        "Stars:invalid",
    ),
    crm(
        "22",
        400,
        item("INVALID_DATA", **at("Source"), supported_values=["A", "B"]),
        Rejected,
        "Source:invalid",
    ),
    crm(
        "22b",
        400,
        item("INVALID_DATA", **at("Tongues", "Tongues[1]"), supported_values=[1, None]),
        Rejected,
        "Tongues:invalid",
    ),
    crm(
        "22c",
        400,
        error("INVALID_DATA", **at("Source"), supported_values="A"),
        Rejected,
        "Source:invalid",
    ),
    crm(
        "34",
        202,
        item("INVALID_DATA", api_name="Email", expected_data_type="email"),
        Rejected,
        "Email:invalid",
    ),
    crm(
        "34b",
        200,
        item("INVALID_DATA", api_name="Phone", expected_data_type="phone"),
        Rejected,
        "Phone:invalid",
    ),
    crm(
        "34c",
        201,
        item("INVALID_DATA", **at("id", "Owner.id"), expected_data_type="bigint"),
        Rejected,
        "Owner:invalid",
    ),
    crm(
        "36",
        207,
        {
            "data": [
                {"code": "SUCCESS", "status": "success", "details": {"id": "1"}},
                error("INVALID_DATA", api_name="Email"),
            ]
        },
        Rejected,
        "Email:invalid",
    ),
    crm(
        "36b",
        200,
        {
            "data": [
                None,
                {"code": "SUCCESS", "status": "success"},
                error("MANDATORY_NOT_FOUND", **at("Phone")),
            ]
        },
        Rejected,
        "Phone:missing",
    ),
    crm(
        "36c",
        207,
        {
            "data": [
                error("DUPLICATE_DATA", api_name="Code", id="12"),
                {"status": "success"},
            ]
        },
        Rejected,
        "Code:duplicate:12",
    ),
]
DUPLICATES = [
    crm(
        "05",
        400,
        item(
            "DUPLICATE_DATA",
            **at("Code"),
            duplicate_record=OTHER,
            id=OTHER["id"],
            more_records=False,
        ),
        Rejected,
        "Code:duplicate:4150868000000000099",
    ),
    crm(
        "05b",
        400,
        item("DUPLICATE_DATA", **at("Email"), duplicate_record=LEAD),
        Rejected,
        "Email:duplicate:4150868000000000099",
    ),
    crm(
        "05c",
        400,
        item(
            "MULTIPLE_OR_MULTI_ERRORS",
            errors=[error("DUPLICATE_DATA", **at("Email"), duplicate_record=LEAD)],
        ),
        Rejected,
        "Email:duplicate:4150868000000000099",
    ),
    crm(
        "35",
        200,
        item("DUPLICATE_DATA", api_name="Email", id="1"),
        Rejected,
        "Email:duplicate:1",
    ),
    crm(
        "35b",
        202,
        item("DUPLICATE_DATA", api_name="Email", id="../../users"),
        Rejected,
        "Email:duplicate:",
    ),
    crm(
        "35c",
        201,
        item("DUPLICATE_DATA", api_name="Email", id=1),
        Rejected,
        "Email:duplicate:1",
    ),
]
WHOLE = [
    crm("08", 400, item("AUTHORIZATION_FAILED"), PermissionMissing),
    crm("08b", 207, item("NO_PERMISSION", **at("Owner")), PermissionMissing),
    crm(
        "08c",
        400,
        item("MULTIPLE_OR_MULTI_ERRORS", errors=[error("AUTHORIZATION_FAILED")]),
        PermissionMissing,
    ),
    crm("09", 403, error("AUTHORIZATION_FAILED"), PermissionMissing),
    crm("09b", 401, error("AUTHORIZATION_FAILED"), PermissionMissing),
    crm("09c", 400, error("PERMISSION_DENIED"), PermissionMissing),
    crm("10", 403, error("NO_PERMISSION", permissions=["X"]), PermissionMissing),
    crm("10b", 400, error("NO_PERMISSION", resource_path_index=0), PermissionMissing),
    crm("10c", 200, item("NO_PERMISSION"), PermissionMissing),
    crm("11", 403, error("OAUTH_SCOPE_MISMATCH"), PermissionMissing),
    crm("11b", 400, error("OAUTH_SCOPE_MISMATCH"), PermissionMissing),
    crm("11c", 403, item("OAUTH_SCOPE_MISMATCH"), PermissionMissing),
    crm("12", 401, error("OAUTH_SCOPE_MISMATCH"), PermissionMissing),
    crm("12b", 401, {"code": "OAUTH_SCOPE_MISMATCH"}, PermissionMissing),
    crm("12c", 401, item("OAUTH_SCOPE_MISMATCH"), PermissionMissing),
    crm("13", 404, error("INVALID_URL_PATTERN"), Rejected),
    crm("13b", 404, {"code": "INVALID_URL_PATTERN", "details": None}, Rejected),
    crm("13c", 400, error("INVALID_MODULE", resource_path_index=0), Rejected),
    crm("14", 412, item("ALREADY_MODIFIED", id="4150868000000000012"), Rejected),
    crm("14b", 412, error("ALREADY_MODIFIED"), Rejected),
    crm("14c", 200, item("ALREADY_MODIFIED", id="4150868000000000012"), Rejected),
    crm("15", 400, item("RECORD_LOCKED", **at("id"), action="locking"), Rejected),
    crm("15b", 207, item("RECORD_LOCKED", api_name="id"), Rejected),
    crm(
        "15c",
        400,
        item(
            "MULTIPLE_OR_MULTI_ERRORS",
            errors=[error("RECORD_LOCKED", **at("id")), error("NOT_APPROVED")],
        ),
        Rejected,
    ),
    crm("16", 400, error("NOT_APPROVED", resource_path_index=1), Rejected),
    crm("16b", 202, item("NOT_APPROVED", **at("id")), Rejected),
    crm("16c", 403, error("NOT_APPROVED"), Rejected),
    crm("17", 400, item("NOT_REVIEWED"), Rejected),
    crm("17b", 400, error("NOT_REVIEWED"), Rejected),
    crm("17c", 207, item("NOT_REVIEWED", api_name="id"), Rejected),
    crm("18", 400, item("RECORD_IN_BLUEPRINT", **at("Stage")), Rejected, "Stage"),
    crm("18b", 400, item("RECORD_IN_BLUEPRINT"), Rejected),
    crm(
        "18c",
        202,
        item(
            "MULTIPLE_OR_MULTI_ERRORS",
            errors=[
                error("RECORD_IN_BLUEPRINT", **at("Lead_Status")),
                error("INVALID_DATA", **at("Email")),
            ],
        ),
        Rejected,
        "Lead_Status:invalid",
        "Email:invalid",
    ),
    crm(
        "19",
        400,
        item("LIMIT_EXCEEDED", api_name="data", maximum_length=100),
        UnexpectedReply,
    ),
    crm(
        "19b",
        400,
        error("MANDATORY_NOT_FOUND", api_name="data", json_path="$.data"),
        UnexpectedReply,
    ),
    crm(
        "19c",
        400,
        item("INVALID_DATA", api_name="trigger", json_path="$.trigger[0]"),
        UnexpectedReply,
    ),
    crm("37", 404, error("INVALID_DATA", "the id given is invalid"), Rejected),
    crm("37b", 400, item("INVALID_DATA", **at("id")), Rejected),
    crm("37c", 404, "", Rejected),
    crm("38", 413, error("FILE_SIZE_MORE_THAN_ALLOWED_SIZE"), Rejected),
    crm("38b", 413, PAGE, Rejected),
    crm("38c", 415, item("INVALID_FILE_FORMAT"), Rejected),
    crm("45", 403, error("LICENSE_LIMIT_EXCEEDED"), Rejected),
    crm("45b", 400, item("LICENSE_LIMIT_EXCEEDED"), Rejected),
    crm("45c", 403, error("LICENSE_LIMIT_EXCEEDED", limit=3), Rejected),
    crm("46", 403, error("FEATURE_NOT_SUPPORTED"), Rejected),
    crm("46b", 400, item("FEATURE_NOT_SUPPORTED"), Rejected),
    crm("46c", 403, {"code": "FEATURE_NOT_SUPPORTED"}, Rejected),
]
LIMITS = [
    crm("25", 429, error("TOO_MANY_REQUESTS"), RateLimited),
    crm("25b", 403, error("TOO_MANY_REQUESTS"), RateLimited),
    crm("25c", 429, PAGE, RateLimited),
    crm("26", 429, error("RATE_LIMIT_EXCEEDED"), RateLimited),
    crm("26b", 400, error("RATE_LIMIT_EXCEEDED"), RateLimited),
    crm("26c", 429, item("RATE_LIMIT_EXCEEDED"), RateLimited),
    crm("27", 403, error("LIMIT_EXCEEDED", "API limit exceeded"), RateLimited),
    crm("27b", 400, item("LIMIT_EXCEEDED", "API limit exceeded"), RateLimited),
    crm("27c", 400, item("LIMIT_EXCEEDED", **at("Tag")), Rejected, "Tag:invalid"),
    of_desk(
        "69", 429, desk("THRESHOLD_EXCEEDED"), RateLimited, **{"Retry-After": "3600"}
    ),
    of_desk("69b", 403, desk("THRESHOLD_EXCEEDED"), RateLimited),
    of_desk("69c", 422, desk("THRESHOLD_EXCEEDED"), RateLimited),
    of_desk("70", 429, desk("TOO_MANY_REQUESTS"), RateLimited),
    of_desk("70b", 429, "", RateLimited),
    of_desk("70c", 429, [1], RateLimited),
]
FAULTS = [
    crm("29", 503, error("SERVICE_UNAVAILABLE"), OutcomeUnknown),
    crm("29b", 400, item("DEPENDENT_SERVICE_ERROR"), OutcomeUnknown),
    crm("29c", 200, item("DEPENDENT_SERVICE_ERROR", **at("Email")), OutcomeUnknown),
    crm("30", 500, error("INTERNAL_ERROR"), OutcomeUnknown),
    crm("30b", 400, error("INTERNAL_ERROR"), OutcomeUnknown),
    crm("30c", 200, item("INTERNAL_ERROR"), OutcomeUnknown),
    crm("40", 403, PAGE, UnexpectedReply),
    crm("40b", 404, PAGE, UnexpectedReply),
    of_desk("40c", 400, PAGE, UnexpectedReply),
    crm("42", 200, PAGE, OutcomeUnknown),
    of_desk("42b", 201, PAGE, OutcomeUnknown),
    crm("42c", 200, "OK", OutcomeUnknown),
    crm("43", 302, PAGE, UnexpectedReply),
    of_desk("43b", 307, "", UnexpectedReply),
    crm("43c", 301, error("SUCCESS"), UnexpectedReply),
    crm("44", 200, [1], OutcomeUnknown),
    of_desk("44b", 200, [], OutcomeUnknown),
    crm("44c", 400, [error("INVALID_DATA")], UnexpectedReply),
    of_desk("73", 500, desk("INTERNAL_SERVER_ERROR"), OutcomeUnknown),
    of_desk("73b", 422, desk("INTERNAL_SERVER_ERROR"), OutcomeUnknown),
    of_desk("73c", 502, PAGE, OutcomeUnknown),
    of_desk("76", 200, "", OutcomeUnknown),
    of_desk("76b", 201, "", OutcomeUnknown),
    crm("76c", 200, " ", OutcomeUnknown),
]
SIGN_IN = [
    crm("32", 401, error("AUTHENTICATION_FAILURE"), TokenRefused),
    crm("32b", 401, PAGE, TokenRefused),
    crm("32c", 401, {}, TokenRefused),
    crm("33", 401, error("INVALID_TOKEN"), TokenRefused),
    crm("33b", 401, item("INVALID_TOKEN"), TokenRefused),
    crm("33c", 401, {"code": "INVALID_TOKEN"}, TokenRefused),
    of_desk("74", 401, desk("INVALID_OAUTH"), TokenRefused),
    of_desk("74b", 401, desk("UNAUTHORIZED"), TokenRefused),
    of_desk("74c", 401, "", TokenRefused),
]
OF_DESK = [
    of_desk(
        "60",
        422,
        desk("INVALID_DATA", errors=[objection("/cf/cf_size", "missing")]),
        Rejected,
        "cf/cf_size:missing",
    ),
    of_desk(
        "60b",
        422,
        desk(
            "UNPROCESSABLE_ENTITY", errors=[objection("/resolution", "missing", "Say")]
        ),
        Rejected,
        "resolution:missing",
    ),
    of_desk(
        "60c",
        400,
        desk(
            "INVALID_DATA",
            errors=[
                objection("/contact/email", "invalid"),
                objection("/cf/cf_code", "duplicate", "used"),
                objection("", "invalid", "Both."),
            ],
        ),
        Rejected,
        "contact/email:invalid",
        "cf/cf_code:duplicate",
        ":invalid",
    ),
    of_desk("61", 422, desk("UNPROCESSABLE_ENTITY", "Extra parameter 'x'"), Rejected),
    of_desk("61b", 400, desk("EMPTY_PAYLOAD"), Rejected),
    of_desk("61c", 422, {"message": "no"}, Rejected),
    of_desk("62", 422, desk("INVALID_DATA", errors=[]), Rejected),
    of_desk("62b", 422, desk("INVALID_DATA", errors=[{}]), Rejected),
    of_desk("62c", 422, desk("INVALID_DATA", errors=[None, 1]), Rejected),
    of_desk("63", 422, desk("INVALID_DATA", errors=None), Rejected),
    of_desk("63b", 422, desk("INVALID_DATA", errors="no"), Rejected),
    of_desk("63c", 422, {"errorCode": None, "message": None}, Rejected),
    of_desk("64", 401, desk("SCOPE_MISMATCH"), PermissionMissing),
    of_desk("64b", 401, {"errorCode": "SCOPE_MISMATCH"}, PermissionMissing),
    of_desk("64c", 400, desk("SCOPE_MISMATCH"), PermissionMissing),
    of_desk("65", 403, desk("SCOPE_MISMATCH"), PermissionMissing),
    of_desk("65b", 422, desk("SCOPE_MISMATCH"), PermissionMissing),
    of_desk("65c", 403, desk("OAUTH_SCOPE_MISMATCH"), PermissionMissing),
    of_desk("66", 403, desk("OAUTH_ORG_MISMATCH"), PermissionMissing),
    of_desk("66b", 401, desk("OAUTH_ORG_MISMATCH"), PermissionMissing),
    of_desk("66c", 422, desk("OAUTH_ORG_MISMATCH"), PermissionMissing),
    of_desk("67", 403, desk("FORBIDDEN"), PermissionMissing),
    of_desk("67b", 401, desk("FORBIDDEN"), PermissionMissing),
    of_desk("67c", 403, desk("FORBIDDEN", errors=[]), PermissionMissing),
    of_desk("68", 403, desk("LICENSE_ACCESS_LIMITED", feature="f"), Rejected),
    of_desk("68b", 422, desk("LICENSE_ACCESS_LIMITED"), Rejected),
    of_desk("68c", 403, desk("LICENSE_ACCESS_LIMITED", maxAllowedEntity=0), Rejected),
    of_desk("71", 404, desk("URL_NOT_FOUND"), Rejected),
    of_desk("71b", 404, "", Rejected),
    of_desk("71c", 405, desk("METHOD_NOT_ALLOWED"), Rejected),
    of_desk("75", 400, desk("ONLY_LIVECHAT_USER"), PermissionMissing),
    of_desk("75b", 403, desk("ONLY_LIVECHAT_USER"), PermissionMissing),
    of_desk("75c", 400, desk("INTEGRATION_ADMIN_ERROR"), Rejected),
]
CASES = [
    *MISSING,
    *INVALID,
    *DUPLICATES,
    *WHOLE,
    *LIMITS,
    *FAULTS,
    *SIGN_IN,
    *OF_DESK,
]
