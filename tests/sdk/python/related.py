"""What hangs on a record: attachments, notes, related records, tags."""

from typing import Any

from zohocrmsdk.src.com.zoho.crm.api import (
    HeaderMap,
    attachments,
    notes,
    record,
    related_records,
    tags,
)
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule

from tests.sdk.python.records import body, row
from tests.sdk.python.session import Session, asked, good, items, new_ids, stored

CONTENT = b"what stands in the file"


def _own(session: Session) -> Any:
    return session.ids["with account"]


def attach_file(session: Session) -> None:
    wrapper = attachments.FileBodyWrapper()
    wrapper.set_file(stored(session, "a.txt", CONTENT))
    reply = attachments.AttachmentsOperations().upload_attachments(
        _own(session), "Contacts", wrapper
    )
    (session.ids["attachment"],) = new_ids(reply)


def attach_address(session: Session) -> None:
    wanted = asked(
        (attachments.UploadUrlAttachmentsParam.attachmenturl, "https://example.com/a"),
        (attachments.UploadUrlAttachmentsParam.title, "A page"),
    )
    reply = attachments.AttachmentsOperations().upload_url_attachments(
        _own(session), "Contacts", wanted
    )
    (session.ids["link"],) = new_ids(reply)


def list_attachments(session: Session) -> None:
    names = "id,File_Name,Size,Created_Time,Created_By,$file_id,$type,$link_url"
    wanted = asked((attachments.GetAttachmentsParam.fields, names))
    reply = attachments.AttachmentsOperations().get_attachments(
        _own(session), "Contacts", wanted
    )
    found = {each.get_file_name(): each for each in good(reply).get_data()}
    assert found.keys() == {"a.txt", "A page"}
    assert found["A page"].get_link_url() == "https://example.com/a"


def download_attachment(session: Session) -> None:
    reply = attachments.AttachmentsOperations().get_attachment(
        session.ids["attachment"], _own(session), "Contacts"
    )
    stream = good(reply).get_file()
    assert stream.get_name() == "a.txt"
    assert stream.get_stream().content == CONTENT


def delete_attachment(session: Session) -> None:
    reply = attachments.AttachmentsOperations().delete_attachment(
        session.ids["link"], _own(session), "Contacts"
    )
    assert new_ids(reply) == [session.ids["link"]]


def delete_attachments(session: Session) -> None:
    wanted = asked(
        (attachments.DeleteAttachmentsParam.ids, str(session.ids["attachment"]))
    )
    reply = attachments.AttachmentsOperations().delete_attachments(
        _own(session), "Contacts", wanted
    )
    assert new_ids(reply) == [session.ids["attachment"]]


def _note(title: str, own: Any = None) -> Any:
    made = notes.Note()
    made.set_note_title(title)
    made.set_note_content("What was said")
    if own is not None:
        made.set_id(int(own))
    return made


def _notes(*rows: Any) -> Any:
    wrapper = notes.BodyWrapper()
    wrapper.set_data(list(rows))
    return wrapper


def create_notes(session: Session) -> None:
    made = []
    for title in ("First", "Second", "Third"):
        module = MinifiedModule()
        module.set_api_name("Contacts")
        parent = notes.ParentId()
        parent.set_id(int(_own(session)))
        parent.set_module(module)
        note = _note(title)
        note.set_parent_id(parent)
        made.append(note)
    reply = notes.NotesOperations().create_notes(_notes(*made))
    session.ids["notes"] = new_ids(reply, 201)


def list_notes(session: Session) -> None:
    wanted = asked((notes.GetNotesParam.fields, "id,Note_Title,Note_Content,Parent_Id"))
    found = good(notes.NotesOperations().get_notes(wanted, HeaderMap())).get_data()
    assert {str(each.get_id()) for each in found} >= {*map(str, session.ids["notes"])}


def get_note(session: Session) -> None:
    wanted = asked((notes.GetNoteParam.fields, "id,Note_Title"))
    own = session.ids["notes"][0]
    reply = notes.NotesOperations().get_note(own, wanted, HeaderMap())
    (found,) = good(reply).get_data()
    assert found.get_note_title() == "First"


def list_notes_of_a_record(session: Session) -> None:
    wanted = asked(
        (related_records.GetRelatedRecordsParam.fields, "id,Note_Title,Note_Content")
    )
    reply = related_records.RelatedRecordsOperations(
        "Notes", "Contacts"
    ).get_related_records(_own(session), wanted, HeaderMap())
    assert len(good(reply).get_data()) == 3


def update_note(session: Session) -> None:
    own = session.ids["notes"][0]
    reply = notes.NotesOperations().update_note(own, _notes(_note("Changed")))
    assert new_ids(reply) == [own]


def update_notes(session: Session) -> None:
    own = session.ids["notes"][1:]
    changed = _notes(*(_note("Changed too", each) for each in own))
    assert new_ids(notes.NotesOperations().update_notes(changed)) == own


def delete_note(session: Session) -> None:
    own = session.ids["notes"][0]
    assert new_ids(notes.NotesOperations().delete_note(own)) == [own]


def delete_notes(session: Session) -> None:
    own = session.ids["notes"][1:]
    wanted = asked((notes.DeleteNotesParam.ids, ",".join(map(str, own))))
    assert new_ids(notes.NotesOperations().delete_notes(wanted)) == own


def _deals() -> Any:
    return related_records.RelatedRecordsOperations("Deals", "Contacts")


def list_related(session: Session) -> None:
    person = record.Record()
    person.set_id(int(_own(session)))
    deals = [
        row(Deal_Name=name, Contact_Name=person)
        for name in ("Chairs", "Desks", "Lamps")
    ]
    made = record.RecordOperations("Deals").create_records(body(*deals), HeaderMap())
    session.ids["deals"] = new_ids(made, 201)
    wanted = asked(
        (related_records.GetRelatedRecordsParam.fields, "Deal_Name,Contact_Name")
    )
    reply = _deals().get_related_records(_own(session), wanted, HeaderMap())
    names = {each.get_key_value("Deal_Name") for each in good(reply).get_data()}
    assert names == {"Chairs", "Desks", "Lamps"}


def get_related(session: Session) -> None:
    wanted = asked((related_records.GetRelatedRecordParam.fields, "Deal_Name"))
    own = session.ids["deals"][0]
    reply = _deals().get_related_record(own, _own(session), wanted, HeaderMap())
    (found,) = good(reply).get_data()
    assert found.get_key_value("Deal_Name") == "Chairs"


def update_related(session: Session) -> None:
    own = session.ids["deals"][0]
    change = related_records.BodyWrapper()
    change.set_data([row(Deal_Name="Armchairs")])
    reply = _deals().update_related_record(own, _own(session), change, HeaderMap())
    assert new_ids(reply) == [own]


def update_many_related(session: Session) -> None:
    changes = []
    for own in session.ids["deals"]:
        change = row(Next_Step="Ask again")
        change.set_id(int(own))
        changes.append(change)
    wrapper = related_records.BodyWrapper()
    wrapper.set_data(changes)
    reply = _deals().update_related_records(_own(session), wrapper, HeaderMap())
    assert new_ids(reply) == session.ids["deals"]


def unlink_related(session: Session) -> None:
    own = session.ids["deals"][0]
    reply = _deals().delink_record(own, _own(session), HeaderMap())
    assert new_ids(reply) == [own]


def unlink_many_related(session: Session) -> None:
    own = session.ids["deals"][1:]
    wanted = asked((related_records.DelinkRecordsParam.ids, ",".join(map(str, own))))
    reply = _deals().delink_records(_own(session), wanted, HeaderMap())
    assert new_ids(reply) == own


def _tag(name: str, own: Any = None) -> Any:
    made = tags.Tag()
    made.set_name(name)
    if own is not None:
        made.set_id(int(own))
    return made


def _tags(*rows: Any) -> Any:
    wrapper = tags.BodyWrapper()
    wrapper.set_tags(list(rows))
    return wrapper


def _made_tags(reply: Any, *statuses: int) -> list[Any]:
    found = good(reply, *statuses).get_tags()
    assert {each.get_status().get_value() for each in found} == {"success"}
    return [int(each.get_details()["id"]) for each in found]


def create_tags(session: Session) -> None:
    wanted = asked((tags.CreateTagsParam.module, "Contacts"))
    made = _tags(_tag("vip"), _tag("web"), _tag("old"))
    reply = tags.TagsOperations().create_tags(made, wanted)
    session.ids["tags"] = _made_tags(reply, 201)


def list_tags(_session: Session) -> None:
    wanted = asked((tags.GetTagsParam.module, "Contacts"))
    found = good(tags.TagsOperations().get_tags(wanted)).get_tags()
    assert {each.get_name() for each in found} >= {"vip", "web", "old"}


def update_tag(session: Session) -> None:
    wanted = asked((tags.UpdateTagParam.module, "Contacts"))
    own = session.ids["tags"][0]
    reply = tags.TagsOperations().update_tag(own, _tags(_tag("gold")), wanted)
    assert _made_tags(reply) == [own]


def update_tags(session: Session) -> None:
    wanted = asked((tags.UpdateTagsParam.module, "Contacts"))
    own = session.ids["tags"][1:]
    changed = _tags(_tag("site", own[0]), _tag("older", own[1]))
    reply = tags.TagsOperations().update_tags(changed, wanted)
    assert _made_tags(reply) == own


def _new_tags(*names: str) -> Any:
    wrapper = tags.NewTagRequestWrapper()
    wrapper.set_tags([_tag(name) for name in names])
    return wrapper


def add_tags(session: Session) -> None:
    wanted = asked((tags.AddTagsParam.over_write, "false"))
    reply = tags.TagsOperations().add_tags(
        "Contacts", _own(session), _new_tags("gold", "fresh"), wanted
    )
    (found,) = items(reply)
    assert {each.get_name() for each in found.get_details()["tags"]} >= {"gold"}


def read_tags(session: Session) -> None:
    reply = record.RecordOperations("Contacts").get_record(
        _own(session), None, HeaderMap()
    )
    (found,) = good(reply).get_data()
    assert {each.get_name() for each in found.get_tag()} == {"gold", "fresh"}


def count_tagged(session: Session) -> None:
    wanted = asked((tags.GetRecordCountForTagParam.module, "Contacts"))
    own = session.ids["tags"][0]
    reply = tags.TagsOperations().get_record_count_for_tag(own, wanted)
    assert str(good(reply).get_count()) == "1"


def _existing_tags(name: str) -> Any:
    tag = tags.ExistingTag()
    tag.set_name(name)
    wrapper = tags.ExistingTagRequestWrapper()
    wrapper.set_tags([tag])
    return wrapper


def remove_tags(session: Session) -> None:
    reply = tags.TagsOperations().remove_tags(
        "Contacts", _own(session), _existing_tags("fresh")
    )
    assert len(items(reply)) == 1


def add_tags_to_many(session: Session) -> None:
    wrapper = _new_tags("site")
    wrapper.set_ids([int(each) for each in session.ids["made 3"]])
    wanted = asked((tags.AddTagsToMultipleRecordsParam.over_write, "false"))
    reply = tags.TagsOperations().add_tags_to_multiple_records(
        "Contacts", wrapper, wanted
    )
    assert len(items(reply)) == 3


def remove_tags_from_many(session: Session) -> None:
    wrapper = _existing_tags("site")
    wrapper.set_ids([int(each) for each in session.ids["made 3"]])
    reply = tags.TagsOperations().remove_tags_from_multiple_records(
        "Contacts", wrapper, asked()
    )
    assert len(items(reply)) == 3


def merge_tags(session: Session) -> None:
    gold, site, _ = session.ids["tags"]
    conflict = tags.ConflictWrapper()
    conflict.set_conflict_id(str(gold))
    wrapper = tags.MergeWrapper()
    wrapper.set_tags([conflict])
    _made_tags(tags.TagsOperations().merge_tags(site, wrapper))


def delete_tag(session: Session) -> None:
    own = session.ids["tags"][2]
    reply = tags.TagsOperations().delete_tag(own)
    assert _made_tags(reply) == [own]


OPERATIONS = [
    attach_file,
    attach_address,
    list_attachments,
    download_attachment,
    delete_attachment,
    delete_attachments,
    create_notes,
    list_notes,
    get_note,
    list_notes_of_a_record,
    update_note,
    update_notes,
    delete_note,
    delete_notes,
    list_related,
    get_related,
    update_related,
    update_many_related,
    unlink_related,
    unlink_many_related,
    create_tags,
    list_tags,
    update_tag,
    update_tags,
    add_tags,
    read_tags,
    count_tagged,
    remove_tags,
    add_tags_to_many,
    remove_tags_from_many,
    merge_tags,
    delete_tag,
]
