"""An organisation as it has grown over years: renamed fields, rows, files, tags."""

from dataclasses import replace
from itertools import cycle

from zohoportal.sandbox.crm import samples
from zohoportal.sandbox.crm.settings.metadata import (
    Dependency,
    Field,
    Layout,
    Module,
    Section,
    named,
    read_sample,
)

FIELDS_OF_DEALS = 130
FIELDS, MAPS = read_sample(__file__)
LANGUAGES = Module(
    "Languages_Known",
    "Language",
    "Languages",
    "Language",
    named(FIELDS["language"]),
    [Layout("Standard", (Section("Languages", ("Language", "Level", "Since")),))],
    is_subform=True,
)


def _deal_fields() -> list[Field]:
    ours = {each.api_name: each for each in FIELDS["renamed"]}
    fields = [ours.get(name, each) for name, each in samples.DEALS.fields.items()]
    fields += [replace(each, is_custom=True) for each in FIELDS["own"]]
    for number, each in enumerate(cycle(FIELDS["round"]), start=1):
        if len(fields) == FIELDS_OF_DEALS:
            break
        name = f"{each.api_name}_{number}"
        fields.append(replace(each, api_name=name, is_custom=True))
    return fields


def _deals() -> Module:
    fields = _deal_fields()
    names = [each.api_name for each in fields]
    zohos = tuple(samples.DEALS.fields)
    own = tuple(each.api_name for each in FIELDS["own"])
    sections = (
        Section("Deal Information", zohos),
        Section("Delivery", own),
        Section("Internal", tuple(names[len(zohos) + len(own) :])),
    )
    return replace(
        samples.DEALS,
        fields=named(fields),
        layouts=[Layout("Standard", sections, frozenset({"Deal_Name", "Stage"}))],
        dependencies=[Dependency("Standard", "Area", "Town", MAPS["towns"])],
    )


MODULES = [samples.CONTACTS, samples.LEADS, samples.ACCOUNTS, _deals(), LANGUAGES]
