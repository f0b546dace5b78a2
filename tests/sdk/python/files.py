"""The file store, and bulk write from the upload to the result."""

import csv
import io
import zipfile
from typing import Any

from zohocrmsdk.src.com.zoho.crm.api import HeaderMap, bulk_write, files, org
from zohocrmsdk.src.com.zoho.crm.api.bulk_write import UploadFileHeader
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.util import Choice, StreamWrapper

from tests.sdk.python.session import Session, asked, good, stored

CONTENT = b"what stands in the store"


def upload_file(session: Session) -> None:
    wrapper = files.BodyWrapper()
    wrapper.set_file([stored(session, "b.txt", CONTENT)])
    reply = files.FilesOperations().upload_files(wrapper, asked())
    (found,) = good(reply).get_data()
    session.ids["file"] = found.get_details()["id"]


def download_file(session: Session) -> None:
    wanted = asked((files.GetFileParam.id, session.ids["file"]))
    stream = good(files.FilesOperations().get_file(wanted)).get_file()
    assert stream.get_stream().content == CONTENT


def upload_rows(session: Session) -> None:
    (found,) = good(org.OrgOperations().get_organization()).get_org()
    headers = HeaderMap()
    headers.add(UploadFileHeader.feature, "bulk-write")
    headers.add(UploadFileHeader.x_crm_org, str(found.get_zgid()))
    wrapper = bulk_write.FileBodyWrapper()
    rows = StreamWrapper(file_path=str(session.folder / "Contacts.zip"))
    wrapper.set_file(rows)
    reply = bulk_write.BulkWriteOperations().upload_file(wrapper, headers)
    session.ids["rows"] = str(good(reply).get_details()["file_id"])


def create_job(session: Session) -> None:
    module = MinifiedModule()
    module.set_api_name("Contacts")
    resource = bulk_write.Resource()
    resource.set_type(Choice("data"))
    resource.set_module(module)
    resource.set_file_id(session.ids["rows"])
    resource.set_find_by("Email")
    resource.set_field_mappings([_mapped("Last_Name", 0), _mapped("Email", 1)])
    wrapper = bulk_write.RequestWrapper()
    wrapper.set_operation(Choice("upsert"))
    wrapper.set_resource([resource])
    reply = bulk_write.BulkWriteOperations().create_bulk_write_job(wrapper)
    session.ids["job"] = good(reply, 201).get_details()["id"]


def _mapped(name: str, index: int) -> Any:
    mapping = bulk_write.FieldMapping()
    mapping.set_api_name(name)
    mapping.set_index(index)
    return mapping


def poll_job(session: Session) -> None:
    operations = bulk_write.BulkWriteOperations()
    # It is added, then in progress, then completed.
    for _ in range(3):
        job = str(session.ids["job"])
        found = good(operations.get_bulk_write_job_details(job))
    assert found.get_status() == "COMPLETED"
    file = found.get_resource()[0].get_file()
    assert (file.get_added_count(), file.get_skipped_count()) == (2, 1)
    session.ids["result"] = found.get_result().get_download_url()


def download_result(session: Session) -> None:
    reply = bulk_write.BulkWriteOperations().download_bulk_write_result(
        session.ids["result"]
    )
    content = good(reply).get_file().get_stream().content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read(name).decode())))
    assert [each["STATUS"] for each in rows] == ["added", "added", "skipped"]


OPERATIONS = [
    upload_file,
    download_file,
    upload_rows,
    create_job,
    poll_job,
    download_result,
]
