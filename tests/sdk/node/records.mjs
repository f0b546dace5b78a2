// Records: made, changed, read, listed, searched, counted, deleted.
import * as sdk from "@zohocrm/nodejs-sdk-8.0";
import { asked, check, good, items, newIds, same } from "./session.mjs";

const { Record, Coql, Choice, HeaderMap } = sdk;
const FIELDS = "Last_Name,Email,Lead_Source,Account_Name";
const DAY = 24 * 3600 * 1000;

export function operationsOf(module) {
  return new Record.RecordOperations(module);
}

const contacts = () => operationsOf("Contacts");

// Return a record of the SDK's own kind.
export async function row(values) {
  const made = new Record.Record();
  for (const [name, value] of Object.entries(values)) {
    await made.addKeyValue(name, value);
  }
  return made;
}

export async function withId(id, values = {}) {
  const made = await row(values);
  await made.setId(BigInt(id));
  return made;
}

export async function body(...rows) {
  const made = new Record.BodyWrapper();
  await made.setData(rows);
  return made;
}

async function people(count, of) {
  const rows = [];
  for (let number = 0; number < count; number += 1) {
    const Email = `${of}.${number}@example.com`;
    rows.push(await row({ Last_Name: `${of} ${number}`, Email }));
  }
  return body(...rows);
}

export async function create(module, wrapper) {
  return operationsOf(module).createRecords(wrapper, new HeaderMap());
}

function creating(count) {
  return async (session) => {
    const wrapper = await people(count, `made${count}`);
    const made = newIds(await create("Contacts", wrapper), 201);
    check(new Set(made).size === count);
    session[`made ${count}`] = made;
  };
}

async function upsertOf(wrapper) {
  await wrapper.setDuplicateCheckFields(["Email"]);
  return contacts().upsertRecords(wrapper, new HeaderMap());
}

function upserting(count) {
  return async (session) => {
    const found = items(await upsertOf(await people(count, `made${count}`)));
    check(found.every((each) => each.getAction().getValue() === "update"));
    const ids = found.map((each) => each.getDetails().get("id"));
    check(same(ids, session[`made ${count}`]));
  };
}

async function refuse101() {
  const reply = await create("Contacts", await people(101, "many"));
  check(good(reply, 400).getCode().getValue() === "LIMIT_EXCEEDED");
}

async function upsertNew() {
  const wrapper = await body(await row({ Last_Name: "New", Email: "new@example.com" }));
  const [found] = items(await upsertOf(wrapper));
  check(found.getAction().getValue() === "insert");
}

async function refuseUpsertOf101() {
  good(await upsertOf(await people(101, "many")), 400);
}

async function tellWhatIsWrong() {
  const bad = await row({ Last_Name: "Bad", Email: "nowhere" });
  const wrapper = await body(await row({ Last_Name: "Good" }), bad);
  const found = good(await create("Contacts", wrapper), 207).getData();
  const codes = found.map((each) => each.getCode().getValue());
  check(same(codes, ["SUCCESS", "INVALID_DATA"]));
}

async function lookupByNumber(session) {
  const company = await body(await row({ Account_Name: "Example Ltd" }));
  const [account] = newIds(await create("Accounts", company), 201);
  const values = {
    Last_Name: "Kim",
    Account_Name: await withId(account),
    Lead_Source: new Choice("Partner"),
  };
  const [made] = newIds(await create("Contacts", await body(await row(values))), 201);
  session.person = made;
  const [found] = good(await contacts().getRecord(made, null, new HeaderMap())).getData();
  check(same((await found.getKeyValue("Account_Name")).getId(), account));
}

async function updateOne(session) {
  const [own] = session["made 1"];
  const change = await body(await row({ Title: "Dr" }));
  const reply = await contacts().updateRecord(own, change, new HeaderMap());
  check(same(newIds(reply), own));
}

async function updateMany(session) {
  const own = session["made 3"];
  const changes = await Promise.all(own.map((each) => withId(each, { Title: "Prof" })));
  const wrapper = await body(...changes);
  const reply = await contacts().updateRecords(wrapper, new HeaderMap());
  check(same(newIds(reply), own));
}

async function getOne(session) {
  const [own] = session["made 1"];
  const reply = await contacts().getRecord(own, null, new HeaderMap());
  const [found] = good(reply).getData();
  check((await found.getKeyValue("Title")) === "Dr");
  check(found.getCreatedBy().getName() === "Alex Admin");
}

async function listed(pairs, headers = new HeaderMap()) {
  const fields = [Record.GetRecordsParam.FIELDS, FIELDS];
  return contacts().getRecords(await asked(fields, ...pairs), headers);
}

async function getList() {
  const found = good(await listed([[Record.GetRecordsParam.PER_PAGE, 50]]));
  check(found.getData().length === 50);
  check(found.getInfo().getMoreRecords());
}

const SIZE = [Record.GetRecordsParam.PER_PAGE, 20];
const idsIn = (found) => found.getData().map((each) => String(each.getId()));

async function getSecondPage() {
  const first = idsIn(good(await listed([SIZE])));
  const second = idsIn(good(await listed([SIZE, [Record.GetRecordsParam.PAGE, 2]])));
  check(!second.some((each) => first.includes(each)));
}

async function getByPageToken() {
  const token = good(await listed([SIZE])).getInfo().getNextPageToken();
  const next = [Record.GetRecordsParam.PAGE_TOKEN, token];
  check(idsIn(good(await listed([SIZE, next]))).length === 20);
}

async function getSorted() {
  const order = [Record.GetRecordsParam.SORT_ORDER, "asc"];
  const found = good(await listed([[Record.GetRecordsParam.SORT_BY, "id"], order]));
  const ids = idsIn(found);
  check(same(ids, [...ids].sort()));
}

async function since(moment) {
  const headers = new HeaderMap();
  await headers.add(Record.GetRecordsHeader.IF_MODIFIED_SINCE, new Date(moment));
  return listed([], headers);
}

async function getUnchanged() {
  const reply = await since(Date.now() + DAY);
  check(reply.getStatusCode() === 304, `status ${reply.getStatusCode()}`);
}

async function getChanged() {
  check(good(await since(Date.now() - DAY)).getData().length);
}

function searching(name, value) {
  return async () => {
    const wanted = await asked([Record.SearchRecordsParam[name], value]);
    const found = good(await contacts().searchRecords(wanted, new HeaderMap()));
    check((await found.getData()[0].getKeyValue("Last_Name")) === "Archer");
  };
}

async function count() {
  const criteria = "(Last_Name:equals:Archer)";
  const wanted = await asked([Record.RecordCountParam.CRITERIA, criteria]);
  check(same(good(await contacts().recordCount(wanted)).getCount(), 1));
}

async function query() {
  const wanted = new Coql.BodyWrapper();
  await wanted.setSelectQuery(
    "select id, Last_Name, Email from Contacts where Email in " +
      "('ada.archer@example.com', 'ben.baker@example.com') limit 2",
  );
  const found = good(await new Coql.CoqlOperations().getRecords(wanted));
  check(found.getData().length === 2);
}

async function deleteOne(session) {
  const [own] = session["made 1"];
  const reply = await contacts().deleteRecord(own, null, new HeaderMap());
  check(same(newIds(reply), own));
}

async function deleteMany(session) {
  const own = session["made 3"];
  const wanted = await asked([Record.DeleteRecordsParam.IDS, own.join(",")]);
  const reply = await contacts().deleteRecords(wanted, new HeaderMap());
  check(same(newIds(reply), own));
}

async function getDeleted(session) {
  const wanted = await asked([Record.GetDeletedRecordsParam.TYPE, "all"]);
  const reply = await contacts().getDeletedRecords(wanted, new HeaderMap());
  const found = good(reply).getData().map((each) => String(each.getId()));
  const own = [...session["made 1"], ...session["made 3"]];
  check(own.every((each) => found.includes(String(each))));
}

export const OPERATIONS = {
  "create 1": creating(1),
  "create 3": creating(3),
  "create 100": creating(100),
  "refuse 101": refuse101,
  "upsert 1": upserting(1),
  "upsert 3": upserting(3),
  "upsert 100": upserting(100),
  "upsert new": upsertNew,
  "refuse upsert of 101": refuseUpsertOf101,
  "tell what is wrong": tellWhatIsWrong,
  "lookup by number": lookupByNumber,
  "update one": updateOne,
  "update many": updateMany,
  "get one": getOne,
  "get list": getList,
  "get second page": getSecondPage,
  "get by page token": getByPageToken,
  "get sorted": getSorted,
  "get unchanged": getUnchanged,
  "get changed": getChanged,
  "search criteria": searching("CRITERIA", "(Email:equals:ada.archer@example.com)"),
  "search email": searching("EMAIL", "ada.archer@example.com"),
  "search phone": searching("PHONE", "+442079460001"),
  "search word": searching("WORD", "archer"),
  count,
  query,
};
export const AT_LAST = {
  "delete one": deleteOne,
  "delete many": deleteMany,
  "get deleted": getDeleted,
};
