// The file store, and bulk write from the upload to the result.
import path from "node:path";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";
import { fileIn } from "./related.mjs";
import { asked, check, good, stored } from "./session.mjs";

const { BulkWrite, Choice, Files, HeaderMap, Modules, Org, StreamWrapper } = sdk;
const CONTENT = "what stands in the store";
const bulk = () => new BulkWrite.BulkWriteOperations();

async function uploadFile(session) {
  const wrapper = new Files.BodyWrapper();
  await wrapper.setFile([stored(session.folder, "b.txt", CONTENT)]);
  const reply = await new Files.FilesOperations().uploadFiles(wrapper, await asked());
  session.file = good(reply).getData()[0].getDetails().get("id");
}

async function downloadFile(session) {
  const wanted = await asked([Files.GetFileParam.ID, session.file]);
  const file = await fileIn(await new Files.FilesOperations().getFile(wanted));
  check(file.getStream().toString() === CONTENT);
}

async function uploadRows(session) {
  const [found] = good(await new Org.OrgOperations().getOrganization()).getOrg();
  const headers = new HeaderMap();
  await headers.add(BulkWrite.UploadFileHeader.FEATURE, "bulk-write");
  await headers.add(BulkWrite.UploadFileHeader.X_CRM_ORG, String(found.getZgid()));
  const wrapper = new BulkWrite.FileBodyWrapper();
  const file = path.join(session.folder, "Contacts.zip");
  await wrapper.setFile(new StreamWrapper(null, null, file));
  const reply = await bulk().uploadFile(wrapper, headers);
  session.rows = String(good(reply).getDetails().get("file_id"));
}

async function mapped(name, index) {
  const mapping = new BulkWrite.FieldMapping();
  await mapping.setAPIName(name);
  await mapping.setIndex(index);
  return mapping;
}

async function createJob(session) {
  const module = new Modules.MinifiedModule();
  await module.setAPIName("Contacts");
  const resource = new BulkWrite.Resource();
  await resource.setType(new Choice("data"));
  await resource.setModule(module);
  await resource.setFileId(session.rows);
  await resource.setFindBy("Email");
  await resource.setFieldMappings([await mapped("Last_Name", 0), await mapped("Email", 1)]);
  const wrapper = new BulkWrite.RequestWrapper();
  await wrapper.setOperation(new Choice("upsert"));
  await wrapper.setResource([resource]);
  const reply = await bulk().createBulkWriteJob(wrapper);
  session.job = good(reply, 201).getDetails().get("id");
}

async function pollJob(session) {
  let found = null;
  for (let turn = 0; turn < 5 && found?.getStatus() !== "COMPLETED"; turn += 1) {
    found = good(await bulk().getBulkWriteJobDetails(String(session.job)));
  }
  const file = found.getResource()[0].getFile();
  check(file.getAddedCount() === 2 && file.getSkippedCount() === 1);
  session.result = found.getResult().getDownloadUrl();
}

async function downloadResult(session) {
  const reply = await bulk().downloadBulkWriteResult(session.result);
  const file = await fileIn(reply);
  check(file.getStream().subarray(0, 2).toString() === "PK");
}

export const OPERATIONS = {
  "upload file": uploadFile,
  "download file": downloadFile,
  "upload rows": uploadRows,
  "create job": createJob,
  "poll job": pollJob,
  "download result": downloadResult,
};
