import pytest

from zohoportal.outbox.uploads.names import LONGEST, clean_name

RTL = "\u202e"


class TestA63HostileName:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("report.pdf", "report.pdf"),
            ("Übersicht März.pdf", "Übersicht März.pdf"),
            ("😀 party.png", "😀 party.png"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("C:\\Users\\kim\\scan.pdf", "scan.pdf"),
            ("a\0b.txt", "ab.txt"),
            ("a\r\nX-Header: b.txt", "aX-Header_ b.txt"),
            (f"invoice{RTL}fdp.exe", "invoicefdp.exe"),
            ("zero\u200bwidth.txt", "zerowidth.txt"),
            ("line\u2028end.txt", "line end.txt"),
            ('a"b<c>|d?.txt', "a_b_c__d_.txt"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("console.txt", "console.txt"),
            ("-rf", "rf"),
            (".htaccess", "htaccess"),
            ("trailing. . ", "trailing"),
            ("..", "file"),
            ("", "file"),
            ("\ud800.txt", "txt"),
        ],
    )
    def test_is_made_harmless(self, typed: str, shown: str) -> None:
        assert clean_name(typed) == shown

    @pytest.mark.parametrize("name", ["x" * 5000, "x" * 5000 + ".pdf", "." * 5000])
    def test_is_cut_short_and_keeps_its_ending(self, name: str) -> None:
        cleaned = clean_name(name)

        assert len(cleaned) <= LONGEST
        assert cleaned.endswith(".pdf") == name.endswith(".pdf")
