import pytest

from connections.zoho.datacenters import (
    ROWS,
    TableError,
    by_accounts_server,
    by_any_address,
    table,
)

HOSTS = [
    ("us", "accounts.zoho.com", "www.zohoapis.com", "desk.zoho.com"),
    ("eu", "accounts.zoho.eu", "www.zohoapis.eu", "desk.zoho.eu"),
    ("in", "accounts.zoho.in", "www.zohoapis.in", "desk.zoho.in"),
    ("au", "accounts.zoho.com.au", "www.zohoapis.com.au", "desk.zoho.com.au"),
    ("jp", "accounts.zoho.jp", "www.zohoapis.jp", "desk.zoho.jp"),
    ("cn", "accounts.zoho.com.cn", "www.zohoapis.com.cn", "desk.zoho.com.cn"),
    ("ca", "accounts.zohocloud.ca", "www.zohoapis.ca", "desk.zohocloud.ca"),
    ("sa", "accounts.zoho.sa", "www.zohoapis.sa", "desk.zoho.sa"),
    ("uk", "accounts.zoho.uk", "www.zohoapis.uk", "desk.zoho.uk"),
    ("ae", "accounts.zoho.ae", "www.zohoapis.ae", "desk.zoho.ae"),
    ("sg", "accounts.zoho.sg", "www.zohoapis.sg", "desk.zoho.sg"),
]
BASE = "http://127.0.0.1:8001"


class TestTable:
    @pytest.mark.parametrize(("code", "accounts", "api", "desk"), HOSTS)
    def test_has_the_hosts_of_each_data_center(
        self, code: str, accounts: str, api: str, desk: str
    ) -> None:
        row = table()[code]

        assert row.accounts == f"https://{accounts}"
        assert row.api == f"https://{api}"
        assert row.hosts["desk"] == f"https://{desk}"
        assert row.hosts["campaigns"] == f"https://campaigns.{desk.partition('.')[2]}"
        # People open it there; it is asked where the CRM is.
        assert row.hosts["books"] == f"https://books.{desk.partition('.')[2]}"
        own = {row.hosts["desk"], row.hosts["campaigns"]}
        assert row.origins == {row.accounts, row.api} | own

    def test_has_eleven_rows(self) -> None:
        assert sorted(table()) == sorted(code for code, *_ in HOSTS)

    def test_cannot_be_changed(self) -> None:
        with pytest.raises(TypeError):
            table()["evil"] = ROWS[0]  # type: ignore[index]  # that is the point

    def test_takes_corrections(self) -> None:
        rows = table(corrections="uk.desk=Desk.Zoho.example, sg.api=api.zoho.example")

        assert rows["uk"].hosts["desk"] == "https://desk.zoho.example"
        assert rows["sg"].api == "https://api.zoho.example"
        assert rows["uk"].accounts == "https://accounts.zoho.uk"

    @pytest.mark.parametrize(
        "correction",
        [
            "xx.desk=desk.zoho.example",
            "uk.parcels=parcels.zoho.example",
            "uk=desk.zoho.example",
            "uk.desk",
            "uk.desk=",
            "uk.desk=https://desk.zoho.example",
            "uk.desk=desk.zoho.example/api",
            "uk.desk=me@desk.zoho.example",
            "uk.desk=[",
        ],
    )
    def test_refuses_a_senseless_correction(self, correction: str) -> None:
        with pytest.raises(TableError):
            table(corrections=correction)

    def test_gets_a_row_for_a_sandbox(self) -> None:
        rows = table(sandbox=f"{BASE}/")

        assert len(rows) == 12
        assert rows["sandbox"].origins == {BASE}
        assert rows["sandbox"].hosts["console"] == f"{BASE}/console"

    def test_leaves_the_real_rows_out_on_demand(self) -> None:
        assert list(table(sandbox=BASE, only_sandbox=True)) == ["sandbox"]

    def test_puts_several_sandboxes_in_the_place_of_the_real_rows(self) -> None:
        rows = table(sandbox=f"us={BASE}, eu=http://127.0.0.1:8002")

        assert {code: row.accounts for code, row in rows.items()} == {
            "us": BASE,
            "eu": "http://127.0.0.1:8002",
        }
        assert rows["eu"].name == "Europe"

    @pytest.mark.parametrize(
        "sandbox",
        [
            "127.0.0.1:8001",
            "ftp://127.0.0.1",
            "http://",
            "http://127.0.0.1:8001/zoho",
            "http://127.0.0.1:port",
            "http://127.0.0.1:8001?a",
            "http://me:word@127.0.0.1:8001",
            "http://[",
            "xx=http://127.0.0.1:8001",
            "us=http://127.0.0.1:8001,eu",
        ],
    )
    def test_refuses_a_senseless_sandbox(self, sandbox: str) -> None:
        with pytest.raises(TableError):
            table(sandbox=sandbox)


class TestByAccountsServer:
    def test_finds_the_exact_address(self) -> None:
        row = by_accounts_server(table(), "https://accounts.zohocloud.ca")

        assert row is not None
        assert row.code == "ca"

    @pytest.mark.parametrize(
        "value",
        [
            "https://accounts.zoho.com/",
            "https://ACCOUNTS.ZOHO.COM",
            "https://accounts.zoho.com:443",
        ],
    )
    def test_takes_another_way_to_write_it(self, value: str) -> None:
        row = by_accounts_server(table(), value)

        assert row is not None
        assert row.code == "us"

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "accounts.zoho.com",
            "http://accounts.zoho.com",
            "https://accounts.zoho.com//",
            "https://accounts.zoho.com:8443",
            "https://accounts.zoho.com.evil.example",
            "https://accounts.zoho.com@evil.example",
            "https://evil.example/accounts.zoho.com",
            "https://crm.zoho.com",
            " https://accounts.zoho.com",
        ],
    )
    def test_finds_nothing_else(self, value: str) -> None:
        assert by_accounts_server(table(), value) is None


class TestByAnyAddress:
    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("https://crm.zoho.eu/crm/org123/tab/Home", "eu"),
            ("crm.zoho.com", "us"),
            ("zoho.in", "in"),
            ("HTTPS://DESK.ZOHO.COM.AU/agent", "au"),
            ("https://accounts.zohocloud.ca/home?x=zoho.com", "ca"),
            ("one.zoho.jp/path", "jp"),
        ],
    )
    def test_finds_the_region_of_a_zoho_page(self, address: str, code: str) -> None:
        row = by_any_address(table(), address)

        assert row is not None
        assert row.code == code

    def test_finds_the_sandbox(self) -> None:
        row = by_any_address(table(sandbox=BASE), f"{BASE}/console?client=1")

        assert row is not None
        assert row.code == "sandbox"

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "Europe",
            "notzoho.com",
            "crm.zoho.com.evil.example",
            "https://crm.zoho.eu@evil.example/",
            "https://evil.example/crm.zoho.eu",
            "https://evil.example?crm.zoho.eu",
            "https://evil.example#.zoho.eu",
            "https://crm.zoho.evil",
            "https://[",
            "https://crm.zo\u04bbo.com",
        ],
    )
    def test_is_not_fooled_by_look_alikes(self, address: str) -> None:
        assert by_any_address(table(), address) is None
