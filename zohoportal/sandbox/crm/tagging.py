"""The tags of a module, and of a record."""

from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now


def of_module(organisation: Organisation, module: Module) -> list[Row]:
    return organisation.tags.having("module", module.api_name)


def named(organisation: Organisation, module: Module, name: str) -> Row | None:
    """Return the tag of this name, whatever its case."""
    for each in of_module(organisation, module):
        if each["name"].casefold() == name.casefold():
            return each
    return None


def add(
    world: World,
    organisation: Organisation,
    module: Module,
    name: str,
    colour: str | None = None,
) -> Row:
    now = crm_now()
    tag = {
        "id": world.new_id(),
        "module": module.api_name,
        "name": name,
        "color_code": colour,
        "created_time": now,
        "modified_time": now,
    }
    organisation.tags.put(tag)
    return tag


def known(
    world: World, organisation: Organisation, module: Module, names: list[str]
) -> list[Row]:
    """Return tags as a record has them; those that nobody knew are made."""
    found = [
        named(organisation, module, name) or add(world, organisation, module, name)
        for name in dict.fromkeys(names)
    ]
    return [on_record(each) for each in found]


def on_record(tag: Row) -> Row:
    return {name: tag[name] for name in ("name", "id", "color_code")}


def replace(module: Module, tag_id: str, tag: Row | None) -> int:
    """Put another tag in a tag's place on all records, or none; return on how many."""
    changed = 0
    for record in list(module.records.rows.values()):
        tags = record.get("Tag") or []
        if any(each["id"] == tag_id for each in tags):
            kept = [each for each in tags if each["id"] != tag_id]
            new = [on_record(tag)] if tag else []
            others = [each for each in kept if not tag or each["id"] != tag["id"]]
            module.records.put({**record, "Tag": others + new})
            changed += 1
    return changed
