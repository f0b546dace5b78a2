"""All settings, for every kind of installation.

What differs between installations comes from the environment, or from a file `.env`
beside `manage.py`, and is read here only.
The README has the table of all variables.
"""

import importlib.util
import ipaddress
from pathlib import Path
from zoneinfo import available_timezones

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from connections.tokens.vault import BadKeys, encoded, parse_keys
from connections.zoho.datacenters import TableError, table
from zohoportal.accounts.oidc.configured import BadOidc, configured
from zohoportal.run.guards.randomness import looks_random
from zohoportal.run.logs import log_what_nobody_caught, logging_config
from zohoportal.run.proxies import BadProxies, networks
from zohoportal.run.site_url import BadSiteUrl, site_url

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")


def stop(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} in the environment or in .env: {why}.")


def flag(name: str) -> bool:
    value = env.str(name, "").strip().lower()
    if value not in {"", "0", "1", "false", "true", "no", "yes", "off", "on"}:
        raise stop(name, "use 1 or 0")
    return value in {"1", "true", "yes", "on"}


def number(name: str, otherwise: int, most: int) -> int:
    value = env.str(name, "") or str(otherwise)
    if not value.isdecimal() or not 0 < int(value) <= most:
        raise stop(name, f"use a number from 1 to {most}")
    return int(value)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# --- What kind of installation this is -----------------------------------------------

DEBUG = flag("DEBUG")
DEMO = flag("DEMO")

try:
    _site = site_url(env.str("SITE_URL", ""))
except BadSiteUrl as error:
    raise stop("SITE_URL", str(error)) from None
SITE_URL = _site.geturl()
IS_HTTPS = _site.scheme == "https"
_host = _site.hostname or ""
IS_LOOPBACK = is_loopback(_host)
if (DEBUG or DEMO) and not IS_LOOPBACK:
    raise stop(
        "SITE_URL", "DEBUG and DEMO are for this machine only; use http://localhost"
    )
if not (IS_HTTPS or IS_LOOPBACK):
    raise stop("SITE_URL", "use https:// for an address that others can reach")

SECRET_KEY = env.str("SECRET_KEY", "")
if len(SECRET_KEY) < 50 or not looks_random(SECRET_KEY.encode()):
    raise stop("SECRET_KEY", "set 50 or more random characters; `make env` makes them")

try:
    VAULT_KEYS = parse_keys(env.str("VAULT_KEYS", ""))
except BadKeys as error:
    raise stop("VAULT_KEYS", f"{error}; `make env` makes one") from None
if any(encoded(key) in SECRET_KEY for key in VAULT_KEYS.values()):
    raise stop("VAULT_KEYS", "use other keys than SECRET_KEY; `make env` makes both")

ALLOWED_HOSTS = [f"[{_host}]" if ":" in _host else _host]
# The load balancer's or monitor's own name, where it differs from SITE_URL's.
ALLOWED_HOSTS += [host.strip() for host in env.list("EXTRA_HOSTS", default=[])]
if any(host.startswith((".", "*")) for host in ALLOWED_HOSTS):
    raise stop("EXTRA_HOSTS", "name each host in full, without * or a leading dot")

BIND = env.str("BIND", "127.0.0.1:8000")
_bind_host, _, _bind_port = BIND.rpartition(":")
if not _bind_host or not _bind_port.isdecimal():
    raise stop("BIND", "use an address and a port, such as 127.0.0.1:8000")
if (DEBUG or DEMO) and not is_loopback(_bind_host.strip("[]")):
    raise stop("BIND", "DEBUG and DEMO are for this machine only; use 127.0.0.1:8000")
if not (IS_HTTPS or is_loopback(_bind_host.strip("[]"))):
    raise stop("SITE_URL", "use https://, as BIND lets other machines in")
WEB_WORKERS = number("WEB_WORKERS", 2, 64)

# Proxies in front whose word on https and on visitors' addresses counts.
if env.str("FORWARDED_ALLOW_IPS", ""):
    raise stop("FORWARDED_ALLOW_IPS", "its new name is TRUSTED_PROXIES; move it there")
try:
    TRUSTED_PROXIES = networks(env.list("TRUSTED_PROXIES", default=["127.0.0.1"]))
except BadProxies as error:
    raise stop("TRUSTED_PROXIES", str(error)) from None
# `through_known_proxies` takes it out where anybody else says so.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Zoho ---------------------------------------------------------------------------

_sandbox = env.str("ZOHO_SANDBOX_URL", "")
if _sandbox and not (DEBUG or DEMO):
    raise stop("ZOHO_SANDBOX_URL", "it is for DEBUG and DEMO only; take it out")
if DEMO and not _sandbox:
    raise stop("ZOHO_SANDBOX_URL", "DEMO needs the address of a sandbox Zoho")
try:
    DATA_CENTERS = table(
        corrections=env.str("ZOHO_HOSTS", ""), sandbox=_sandbox, only_sandbox=DEMO
    )
except TableError as error:
    raise stop("ZOHO_SANDBOX_URL or ZOHO_HOSTS", str(error)) from None

REDIRECT_URI = f"{SITE_URL}/oauth/callback/"


# Zoho's smallest editions allow 5 calls at once per organisation; one is left for
# others: https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
CALLS_AT_ONCE = number("CALLS_AT_ONCE", 4, 25)

# So many seconds after an answer was lost, Zoho is searched for what was sent.
_look_after = [part.strip() for part in env.list("LOOK_AFTER", default=[])]
if not all(part.isdecimal() and 0 < int(part) <= 86_400 for part in _look_after):
    raise stop("LOOK_AFTER", "list seconds of a day at most, such as 5,30,120,600")
LOOK_AFTER = sorted(int(part) for part in _look_after) or [5, 30, 120, 600]
if LOOK_AFTER[-1] < 600 and not (DEBUG or DEMO):
    # What Zoho still works on then would be sent a second time.
    raise stop("LOOK_AFTER", "let the last look be 600 seconds later, or more")

PORTAL_BANNER = ""
if _sandbox:
    PORTAL_BANNER = (
        "Practice mode: this portal talks to a sandbox, not to the real Zoho."
    )

# --- Apps ---------------------------------------------------------------------------

# A new Zoho product is one more name here; its addresses and features come with it.
PRODUCTS = ["crm", "desk", "campaigns", "books"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "zohoportal.accounts",
    "zohoportal.activity",
    "connections",
    "zohoportal.outbox",
    "zohoportal.backup",
    *PRODUCTS,
]

MIDDLEWARE = [
    "zohoportal.web.middleware.through_known_proxies",
    "zohoportal.web.middleware.browser_protection",
    "zohoportal.web.middleware.redirects_told",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "zohoportal.accounts.oidc.proof.needs_a_fresh_one",
    "zohoportal.web.sizes.within_limits",
    "zohoportal.web.middleware.SignInRule",
    "zohoportal.web.middleware.SecondFactorRule",
    "zohoportal.web.error_pages.RefusedInWords",
    "zohoportal.web.middleware.RequestLog",
    "zohoportal.web.middleware.session_seen",
    "zohoportal.accounts.signing_in.known_browsers.remembered",
    "zohoportal.accounts.signing_in.first_password.changed_first",
    "zohoportal.web.middleware.last_seen",
    "zohoportal.web.middleware.own_time_zone",
    "connections.schema.patience.of_a_page",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "zohoportal.urls"
WSGI_APPLICATION = "zohoportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zohoportal.web.context.portal",
            ],
        },
    },
]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -----------------------------------------------------------------------

try:
    _database = env.db(
        "DATABASE_URL", f"sqlite:///{BASE_DIR / 'var' / 'portal.sqlite3'}"
    )
except (ValueError, ImproperlyConfigured):
    _database = {}
if _database.get("ENGINE", "").rpartition(".")[2] not in {"sqlite3", "postgresql"}:
    raise stop(
        "DATABASE_URL", "use sqlite:///FILE or postgres://USER:PASSWORD@HOST/NAME"
    )
DATABASES = {"default": _database}
# Past a pooler, for sessions that last; where it is not set, DATABASE_URL serves.
DATABASE_DIRECT = {}
if _direct := env.str("DATABASE_DIRECT_URL", ""):
    if not _direct.startswith(("postgres://", "postgresql://")):
        raise stop("DATABASE_DIRECT_URL", "use postgres://USER:PASSWORD@HOST/NAME")
    DATABASE_DIRECT = env.db("DATABASE_DIRECT_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # With the default, deferred mode several writers end in "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # FULL: a commit is on the disk before anybody is told of it (`durability`).
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Workers and mail ---------------------------------------------------------------

# Sends at a time in one worker process.
WORKER_THREADS = number("WORKER_THREADS", 4, 64)

if env.str("TASKS_REDIS_URL", ""):
    raise stop(
        "TASKS_REDIS_URL", "the database wakes workers now, without Redis; take it out"
    )
# It only wakes workers; what there is to do stands in the database.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# What was typed into forms is deleted so many days after they were settled.
KEEP_CONTENT_DAYS = number("KEEP_CONTENT_DAYS", 90, 36_500)
# And what is left of them, so many days after they were typed.
KEEP_DELIVERIES_DAYS = number("KEEP_DELIVERIES_DAYS", 400, 36_500)

EMAIL_IS_SET = bool(env.str("EMAIL_URL", ""))
try:
    _mail = env.email_url("EMAIL_URL") if EMAIL_IS_SET else {}
except (ValueError, ImproperlyConfigured):
    _mail = {}
if EMAIL_IS_SET and not _mail.get("EMAIL_HOST"):
    raise stop("EMAIL_URL", "use smtp+tls://USER:PASSWORD@HOST:587")
vars().update(_mail)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "") or f"zoho-portal@{_host}"
if DEFAULT_FROM_EMAIL.count("@") != 1 or not DEFAULT_FROM_EMAIL.isprintable():
    raise stop("EMAIL_FROM", "use one address, such as portal@example.com")

# --- How much a request may bring ----------------------------------------------------

# From whoever is not signed in; the web server has it all before a thread is busy.
STRANGERS_BYTES = 256 * 1024
# From people. What is refused by its size is refused before it is read; below that the
# form says what is too much, and keeps what was typed.
FILES_BYTES = 250 * 1024 * 1024
# Of files these are written; what is beyond is counted.
FILES_WRITTEN = 50
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
# A form of 130 fields and as many rows as people add has more than Django's thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# That are typed into one form, whatever its fields take.
FORM_CHARACTERS = 1_000_000

# --- Files that people hand in --------------------------------------------------------

# Every web and worker host has to see the same folder.
UPLOAD_DIR = Path(env.str("UPLOAD_DIR", "") or BASE_DIR / "var" / "uploads")
try:
    UPLOAD_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise stop("UPLOAD_DIR", "use a folder that the portal may write to") from error
FILE_UPLOAD_HANDLERS = ["zohoportal.outbox.uploads.handler.StreamedUpload"]
# On the same disk: a temporary folder may be kept in memory.
FILE_UPLOAD_TEMP_DIR = UPLOAD_DIR

# --- People -------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

# Roles that need a second factor beside the password, such as admin,manager.
SECOND_FACTOR = [role.strip() for role in env.list("SECOND_FACTOR", default=[])]

try:
    OIDC = configured(
        env.str("OIDC_ISSUER", ""),
        env.str("OIDC_CLIENT_ID", ""),
        env.str("OIDC_CLIENT_SECRET", ""),
        env.str("OIDC_GROUPS", ""),
        http_hosts={"localhost", "127.0.0.1"} if DEBUG or DEMO else (),
    )
except BadOidc as error:
    raise stop(error.name, str(error)) from None

# How much of allauth is used, and how: docs/decisions.md.
ACCOUNT_ADAPTER = "zohoportal.accounts.adapter.SignIn"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
SOCIALACCOUNT_ADAPTER = "zohoportal.accounts.oidc.adapter.NoWayOut"
MFA_ADAPTER = "zohoportal.accounts.second_factor.adapter.SecondFactor"
MFA_REAUTHENTICATION_REQUIRED = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Zoho Portal"
# A code is good for a step of 30 seconds before and after: phones are not exact.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers have passkeys on https and on this machine; the library knows https alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "zohoportal.accounts.signing_in.rules.NotOneself"},
    {"NAME": "zohoportal.accounts.signing_in.rules.NotAPattern"},
]
PASSWORD_HASHERS = ["zohoportal.accounts.signing_in.hashing.InTurn"]

SESSION_ENGINE = "zohoportal.accounts.sessions"
# A session ends after so many minutes without work, and after 12 hours with it.
SESSION_IDLE_MINUTES = number("SESSION_IDLE_MINUTES", 120, 720)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would not come along from Zoho's redirect.
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
# Browsers keep a `__Host-` cookie to one host and refuse it over plain http.
_prefix = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_prefix}session"
CSRF_COOKIE_NAME = f"{_prefix}csrf"
KNOWN_BROWSER_COOKIE_NAME = f"{_prefix}known"
CSRF_FAILURE_VIEW = "zohoportal.web.error_pages.csrf_failure"

# --- Browser protection -------------------------------------------------------------

SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if IS_HTTPS else 0
# What else has a name below the portal's may not speak https yet.
HSTS = env.str("HSTS", "") or "host"
if HSTS not in {"host", "subdomains", "preload"}:
    raise stop("HSTS", "use host, subdomains or preload")
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS and HSTS != "host"
SECURE_HSTS_PRELOAD = IS_HTTPS and HSTS == "preload"
# Not `no-referrer`: browsers then send `Origin: null`, which CSRF checks refuse.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's arrows and ticks
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # The wizard's form answers with a redirect to Zoho; browsers check that hop.
        "form-action": [
            SELF,
            *(row.accounts for row in DATA_CENTERS.values()),
            *(OIDC.origins if OIDC else ()),  # the button that leads there
        ],
    }
}

# --- What is kept, and for how long ---------------------------------------------------

KEEP_CALLS_DAYS = number("KEEP_CALLS_DAYS", 30, 3650)

# --- Language and time --------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")
if TIME_ZONE not in available_timezones():
    raise stop("TIME_ZONE", "use a name such as Europe/Berlin")

# --- Static files -------------------------------------------------------------------

_bootstrap = importlib.util.find_spec("django_include_bootstrap")
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", Path(_bootstrap.origin or "").parent / "static"),  # type: ignore[union-attr]  # a dependency
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "uploads": {
        "BACKEND": "zohoportal.outbox.uploads.storage.DurableStorage",
        "OPTIONS": {"location": UPLOAD_DIR},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's pages use them

# --- Logs: one line of JSON each ----------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise stop("LOG_LEVEL", "use DEBUG, INFO, WARNING or ERROR")

LOGGING = logging_config(LOG_LEVEL)
log_what_nobody_caught()
