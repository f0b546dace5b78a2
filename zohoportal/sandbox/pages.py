"""The look of the pages a person sees."""

from html import escape

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2430; background: #f4f6f9;
  margin: 0; padding: 2rem 1rem; }
main { max-width: 56rem; margin: auto; padding: 1.5rem 2rem; background: #fff;
  border: 1px solid #d5dbe5; border-radius: 8px; }
h1 { margin-top: 0; font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; vertical-align: top;
  border-bottom: 1px solid #e4e8ef; overflow-wrap: anywhere; }
label { display: block; margin: .8rem 0 .2rem; font-weight: 600; }
input, textarea, select, button { font: inherit; padding: .4rem .6rem; }
input, textarea { width: 100%; box-sizing: border-box; }
button { margin: 1rem .5rem 0 0; cursor: pointer; }
.note { color: #55606e; } .error { color: #a4161a; font-weight: 600; }
"""


def page(title: str, content: str) -> str:
    """Return a whole page; the title is escaped, the content is HTML already."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{content}"
        '<p class="note">This is the sandbox Zoho. Nothing here reaches Zoho.</p>'
        "</main></body></html>"
    )


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table; the head is escaped, the cells are HTML already."""
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def details(pairs: list[tuple[str, str]]) -> str:
    """Return a table of names and values; both are escaped."""
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in pairs
    )
    return f"<table><tbody>{lines}</tbody></table>"


def link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def error_page(title: str, sentence: str) -> str:
    return page(title, f'<p class="error">{escape(sentence)}</p>')
