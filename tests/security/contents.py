"""What the database holds, to see that nothing was changed."""

from django.db import connection as database

Snapshot = dict[str, list[str]]
# What was refused stands in the trail, whoever only wanted to read.
BUT = {"activity_auditevent": "WHERE act NOT IN ('refused', 'mix_up')"}

# Who is calling Zoho at this moment, since a call that reads takes a slot as well, and
# what Zoho said of its own set-up.
TRAFFIC = {"connections_lane", "connections_slot", "connections_reading"}
# And when people were last here.
TRAFFIC |= {"accounts_lastseen"}


def content() -> Snapshot:
    """Return every row of every table that holds anything of people, as text."""
    found: Snapshot = {}
    with database.cursor() as cursor:
        for table in sorted({*database.introspection.table_names(cursor)} - TRAFFIC):
            but = BUT.get(table, "")
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)} {but}")
            found[table] = sorted(repr(row) for row in cursor.fetchall())
    return found
