// What hangs on a record: attachments, notes, related records, tags.
import * as sdk from "@zohocrm/nodejs-sdk-8.0";
import { body, create, operationsOf, row, withId } from "./records.mjs";
import { asked, check, good, idsOf, items, newIds, same, stored, successes } from "./session.mjs";

const { Attachments, HeaderMap, Modules, Notes, RelatedRecords, Tags } = sdk;
const CONTENT = "what stands in the file";
const attachments = () => new Attachments.AttachmentsOperations();

// Return the file of a reply; the SDK hands on a promise of it.
export async function fileIn(reply) {
  return (await good(reply)).getFile();
}

async function attachFile(session) {
  const wrapper = new Attachments.FileBodyWrapper();
  await wrapper.setFile(stored(session.folder, "a.txt", CONTENT));
  const reply = await attachments().uploadAttachments(session.person, "Contacts", wrapper);
  [session.attachment] = newIds(reply);
}

async function attachAddress(session) {
  const wanted = await asked(
    [Attachments.UploadUrlAttachmentsParam.ATTACHMENTURL, "https://example.com/a"],
    [Attachments.UploadUrlAttachmentsParam.TITLE, "A page"],
  );
  const reply = await attachments().uploadUrlAttachments(session.person, "Contacts", wanted);
  [session.link] = newIds(reply);
}

async function listAttachments(session) {
  const names = "id,File_Name,Size,Created_Time,Created_By,$file_id,$type,$link_url";
  const wanted = await asked([Attachments.GetAttachmentsParam.FIELDS, names]);
  const reply = await attachments().getAttachments(session.person, "Contacts", wanted);
  const found = good(reply).getData().map((each) => each.getFileName());
  check(same(found.sort(), ["A page", "a.txt"]));
}

async function downloadAttachment(session) {
  const { attachment, person } = session;
  const reply = await attachments().getAttachment(attachment, person, "Contacts");
  const file = await fileIn(reply);
  check(file.getName() === "a.txt", file.getName());
  check(file.getStream().toString() === CONTENT);
}

async function deleteAttachment(session) {
  const { link, person } = session;
  const reply = await attachments().deleteAttachment(link, person, "Contacts");
  check(same(newIds(reply), link));
}

async function deleteAttachments(session) {
  const { attachment, person } = session;
  const ids = [Attachments.DeleteAttachmentsParam.IDS, String(attachment)];
  const reply = await attachments().deleteAttachments(person, "Contacts", await asked(ids));
  check(same(newIds(reply), attachment));
}

const notes = () => new Notes.NotesOperations();

async function note(title, id = null) {
  const made = new Notes.Note();
  await made.setNoteTitle(title);
  await made.setNoteContent("What was said");
  if (id !== null) {
    await made.setId(id);
  }
  return made;
}

async function notesOf(...rows) {
  const wrapper = new Notes.BodyWrapper();
  await wrapper.setData(rows);
  return wrapper;
}

async function createNotes(session) {
  const made = [];
  for (const title of ["First", "Second", "Third"]) {
    const module = new Modules.MinifiedModule();
    await module.setAPIName("Contacts");
    const parent = new Notes.ParentId();
    await parent.setId(session.person);
    await parent.setModule(module);
    const each = await note(title);
    await each.setParentId(parent);
    made.push(each);
  }
  session.notes = newIds(await notes().createNotes(await notesOf(...made)), 201);
}

async function listNotes(session) {
  const names = [Notes.GetNotesParam.FIELDS, "id,Note_Title,Note_Content,Parent_Id"];
  const reply = await notes().getNotes(await asked(names), new HeaderMap());
  const found = good(reply).getData().map((each) => String(each.getId()));
  check(session.notes.every((each) => found.includes(String(each))));
}

async function getNote(session) {
  const wanted = await asked([Notes.GetNoteParam.FIELDS, "id,Note_Title"]);
  const reply = await notes().getNote(session.notes[0], wanted, new HeaderMap());
  check(good(reply).getData()[0].getNoteTitle() === "First");
}

function relatedOf(list) {
  return new RelatedRecords.RelatedRecordsOperations(list, "Contacts");
}

async function listOf(session, list, fields) {
  const wanted = await asked([RelatedRecords.GetRelatedRecordsParam.FIELDS, fields]);
  const operations = relatedOf(list);
  const reply = await operations.getRelatedRecords(session.person, wanted, new HeaderMap());
  return good(reply).getData();
}

async function listNotesOfARecord(session) {
  const found = await listOf(session, "Notes", "id,Note_Title,Note_Content");
  check(found.length === 3);
}

async function updateNote(session) {
  const [own] = session.notes;
  const reply = await notes().updateNote(own, await notesOf(await note("Changed")));
  check(same(newIds(reply), own));
}

async function updateNotes(session) {
  const own = session.notes.slice(1);
  const rows = await Promise.all(own.map((each) => note("Changed too", each)));
  check(same(newIds(await notes().updateNotes(await notesOf(...rows))), own));
}

async function deleteNote(session) {
  const [own] = session.notes;
  check(same(newIds(await notes().deleteNote(own)), own));
}

async function deleteNotes(session) {
  const own = session.notes.slice(1);
  const wanted = await asked([Notes.DeleteNotesParam.IDS, own.join(",")]);
  check(same(newIds(await notes().deleteNotes(wanted)), own));
}

async function listRelated(session) {
  const rows = [];
  for (const name of ["Chairs", "Desks", "Lamps"]) {
    const person = await withId(session.person);
    rows.push(await row({ Deal_Name: name, Contact_Name: person }));
  }
  session.deals = newIds(await create("Deals", await body(...rows)), 201);
  const found = await listOf(session, "Deals", "Deal_Name,Contact_Name");
  check(found.length === 3);
}

async function getRelated(session) {
  const wanted = await asked([RelatedRecords.GetRelatedRecordParam.FIELDS, "Deal_Name"]);
  const { deals, person } = session;
  const operations = relatedOf("Deals");
  const reply = await operations.getRelatedRecord(deals[0], person, wanted, new HeaderMap());
  check((await good(reply).getData()[0].getKeyValue("Deal_Name")) === "Chairs");
}

async function relatedBody(...rows) {
  const wrapper = new RelatedRecords.BodyWrapper();
  await wrapper.setData(rows);
  return wrapper;
}

async function updateRelated(session) {
  const { deals, person } = session;
  const change = await relatedBody(await row({ Deal_Name: "Armchairs" }));
  const operations = relatedOf("Deals");
  const reply = await operations.updateRelatedRecord(deals[0], person, change, new HeaderMap());
  check(same(newIds(reply), deals[0]));
}

async function updateManyRelated(session) {
  const { deals, person } = session;
  const step = { Next_Step: "Ask again" };
  const rows = await Promise.all(deals.map((each) => withId(each, step)));
  const change = await relatedBody(...rows);
  const reply = await relatedOf("Deals").updateRelatedRecords(person, change, new HeaderMap());
  check(same(newIds(reply), deals));
}

async function unlinkRelated(session) {
  const { deals, person } = session;
  const reply = await relatedOf("Deals").delinkRecord(deals[0], person, new HeaderMap());
  check(same(newIds(reply), deals[0]));
}

async function unlinkManyRelated(session) {
  const own = session.deals.slice(1);
  const wanted = await asked([RelatedRecords.DelinkRecordsParam.IDS, own.join(",")]);
  const operations = relatedOf("Deals");
  const reply = await operations.delinkRecords(session.person, wanted, new HeaderMap());
  check(same(newIds(reply), own));
}

const tags = () => new Tags.TagsOperations();

async function tag(name, id = null) {
  const made = new Tags.Tag();
  await made.setName(name);
  if (id !== null) {
    await made.setId(id);
  }
  return made;
}

async function tagsOf(Wrapper, ...rows) {
  const wrapper = new Wrapper();
  await wrapper.setTags(rows);
  return wrapper;
}

const madeTags = (reply, ...statuses) =>
  idsOf(successes(good(reply, ...statuses).getTags()));

async function createTags(session) {
  const rows = await Promise.all(["vip", "web", "old"].map((each) => tag(each)));
  const wanted = await asked([Tags.CreateTagsParam.MODULE, "Contacts"]);
  const wrapper = await tagsOf(Tags.BodyWrapper, ...rows);
  session.tags = madeTags(await tags().createTags(wrapper, wanted), 201);
}

async function listTags() {
  const wanted = await asked([Tags.GetTagsParam.MODULE, "Contacts"]);
  const found = good(await tags().getTags(wanted)).getTags();
  check(found.some((each) => each.getName() === "vip"));
}

async function updateTag(session) {
  const [own] = session.tags;
  const wanted = await asked([Tags.UpdateTagParam.MODULE, "Contacts"]);
  const wrapper = await tagsOf(Tags.BodyWrapper, await tag("gold"));
  check(same(madeTags(await tags().updateTag(own, wrapper, wanted)), own));
}

async function updateTags(session) {
  const own = session.tags.slice(1);
  const wanted = await asked([Tags.UpdateTagsParam.MODULE, "Contacts"]);
  const rows = [await tag("site", own[0]), await tag("older", own[1])];
  const wrapper = await tagsOf(Tags.BodyWrapper, ...rows);
  check(same(madeTags(await tags().updateTags(wrapper, wanted)), own));
}

async function addTags(session) {
  const wanted = await asked([Tags.AddTagsParam.OVER_WRITE, "false"]);
  const rows = [await tag("gold"), await tag("fresh")];
  const wrapper = await tagsOf(Tags.NewTagRequestWrapper, ...rows);
  const reply = await tags().addTags("Contacts", session.person, wrapper, wanted);
  check(items(reply).length === 1);
}

async function readTags(session) {
  const operations = operationsOf("Contacts");
  const reply = await operations.getRecord(session.person, null, new HeaderMap());
  const found = good(reply).getData()[0].getTag().map((each) => each.getName());
  check(same(found.sort(), ["fresh", "gold"]));
}

async function countTagged(session) {
  const wanted = await asked([Tags.GetRecordCountForTagParam.MODULE, "Contacts"]);
  const reply = await tags().getRecordCountForTag(session.tags[0], wanted);
  check(same(good(reply).getCount(), 1));
}

async function existingTags(name) {
  const made = new Tags.ExistingTag();
  await made.setName(name);
  return tagsOf(Tags.ExistingTagRequestWrapper, made);
}

async function removeTags(session) {
  const wrapper = await existingTags("fresh");
  const reply = await tags().removeTags("Contacts", session.person, wrapper);
  check(items(reply).length === 1);
}

async function addTagsToMany(session) {
  const wrapper = await tagsOf(Tags.NewTagRequestWrapper, await tag("site"));
  await wrapper.setIds(session["made 3"]);
  const wanted = await asked([Tags.AddTagsToMultipleRecordsParam.OVER_WRITE, "false"]);
  const reply = await tags().addTagsToMultipleRecords("Contacts", wrapper, wanted);
  check(items(reply).length === 3);
}

async function removeTagsFromMany(session) {
  const wrapper = await existingTags("site");
  await wrapper.setIds(session["made 3"]);
  const operations = tags();
  const reply = await operations.removeTagsFromMultipleRecords("Contacts", wrapper, await asked());
  check(items(reply).length === 3);
}

async function mergeTags(session) {
  const [gold, site] = session.tags;
  const conflict = new Tags.ConflictWrapper();
  await conflict.setConflictId(String(gold));
  const wrapper = await tagsOf(Tags.MergeWrapper, conflict);
  madeTags(await tags().mergeTags(site, wrapper));
}

async function deleteTag(session) {
  const own = session.tags[2];
  check(same(madeTags(await tags().deleteTag(own)), own));
}

export const OPERATIONS = {
  "attach file": attachFile,
  "attach address": attachAddress,
  "list attachments": listAttachments,
  "download attachment": downloadAttachment,
  "delete attachment": deleteAttachment,
  "delete attachments": deleteAttachments,
  "create notes": createNotes,
  "list notes": listNotes,
  "get note": getNote,
  "list notes of a record": listNotesOfARecord,
  "update note": updateNote,
  "update notes": updateNotes,
  "delete note": deleteNote,
  "delete notes": deleteNotes,
  "list related": listRelated,
  "get related": getRelated,
  "update related": updateRelated,
  "update many related": updateManyRelated,
  "unlink related": unlinkRelated,
  "unlink many related": unlinkManyRelated,
  "create tags": createTags,
  "list tags": listTags,
  "update tag": updateTag,
  "update tags": updateTags,
  "add tags": addTags,
  "read tags": readTags,
  "count tagged": countTagged,
  "remove tags": removeTags,
  "add tags to many": addTagsToMany,
  "remove tags from many": removeTagsFromMany,
  "merge tags": mergeTags,
  "delete tag": deleteTag,
};
