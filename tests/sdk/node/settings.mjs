// Who and what there is: organisation, people, modules, fields, layouts.
import * as sdk from "@zohocrm/nodejs-sdk-8.0";
import { asked, check, good, same } from "./session.mjs";

const { Org, Users, Modules, Fields, Layouts, FieldMapDependency, RelatedLists } = sdk;

async function getOrganisation() {
  const reply = await new Org.OrgOperations().getOrganization();
  const [found] = good(reply).getOrg();
  check(found.getCompanyName() === "Rich Ltd");
}

async function users(type) {
  const wanted = await asked([Users.GetUsersParam.TYPE, type]);
  const reply = await new Users.UsersOperations().getUsers(wanted, new sdk.HeaderMap());
  return good(reply).getUsers();
}

async function getCurrentUser(session) {
  const [found] = await users("CurrentUser");
  check(found.getEmail() === "admin@example.com");
  session.user = found.getId();
}

async function getAllUsers(session) {
  const found = await users("ActiveUsers");
  check(found.some((each) => same(each.getId(), session.user)));
}

async function getUser(session) {
  const operations = new Users.UsersOperations();
  const reply = await operations.getUser(BigInt(session.user), new sdk.HeaderMap());
  check(same(good(reply).getUsers()[0].getId(), session.user));
}

async function getModules(session) {
  const reply = await new Modules.ModulesOperations().getModules();
  const found = good(reply).getModules();
  session.module = found.find((each) => each.getAPIName() === "Contacts").getId();
}

async function getModuleByApiName() {
  const reply = await new Modules.ModulesOperations().getModuleByAPIName("Contacts");
  check(good(reply).getModules()[0].getAPIName() === "Contacts");
}

async function getModule(session) {
  const reply = await new Modules.ModulesOperations().getModule(session.module);
  check(good(reply).getModules()[0].getAPIName() === "Contacts");
}

async function getFields(session) {
  const wanted = await asked([Fields.GetFieldsParam.MODULE, "Contacts"]);
  const found = good(await new Fields.FieldsOperations().getFields(wanted)).getFields();
  const name = found.find((each) => each.getAPIName() === "Last_Name");
  check(name.getSystemMandatory());
  session.field = name.getId();
}

async function getField(session) {
  const wanted = await asked([Fields.GetFieldParam.MODULE, "Contacts"]);
  const operations = new Fields.FieldsOperations();
  const reply = await operations.getField(session.field, wanted);
  check(good(reply).getFields()[0].getAPIName() === "Last_Name");
}

async function getLayouts(session) {
  const wanted = await asked([Layouts.GetLayoutsParam.MODULE, "Contacts"]);
  const reply = await new Layouts.LayoutsOperations().getLayouts(wanted);
  const [found] = good(reply).getLayouts();
  check(found.getSections()[0].getFields().length);
  session.layout = found.getId();
}

async function getLayout(session) {
  const wanted = await asked([Layouts.GetLayoutParam.MODULE, "Contacts"]);
  const operations = new Layouts.LayoutsOperations();
  const reply = await operations.getLayout(session.layout, wanted);
  check(same(good(reply).getLayouts()[0].getId(), session.layout));
}

function dependencies(session) {
  return new FieldMapDependency.FieldMapDependencyOperations(
    session.layout,
    "Contacts",
  );
}

async function getDependencies(session) {
  const reply = await dependencies(session).getMapDependencies();
  session.dependency = good(reply).getMapDependency()[0].getId();
}

async function getDependency(session) {
  const reply = await dependencies(session).getMapDependency(session.dependency);
  const [found] = good(reply).getMapDependency();
  check(found.getPickListValues()[0].getMaps().length);
}

async function getRelatedLists(session) {
  const wanted = await asked([RelatedLists.GetRelatedListsParam.MODULE, "Contacts"]);
  const reply = await new RelatedLists.RelatedListsOperations().getRelatedLists(wanted);
  const found = good(reply).getRelatedLists();
  session.list = found.find((each) => each.getAPIName() === "Deals").getId();
}

async function getRelatedList(session) {
  const wanted = await asked([RelatedLists.GetRelatedListParam.MODULE, "Contacts"]);
  const operations = new RelatedLists.RelatedListsOperations();
  const reply = await operations.getRelatedList(session.list, wanted);
  check(good(reply).getRelatedLists()[0].getAPIName() === "Deals");
}

export const OPERATIONS = {
  "get organisation": getOrganisation,
  "get current user": getCurrentUser,
  "get all users": getAllUsers,
  "get user": getUser,
  "get modules": getModules,
  "get module by api name": getModuleByApiName,
  "get module": getModule,
  "get fields": getFields,
  "get field": getField,
  "get layouts": getLayouts,
  "get layout": getLayout,
  "get dependencies": getDependencies,
  "get dependency": getDependency,
  "get related lists": getRelatedLists,
  "get related list": getRelatedList,
};
