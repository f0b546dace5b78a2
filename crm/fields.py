"""Our names of a contact's fields -> Zoho CRM's API names, used both ways."""

FIELDS = {
    "email": "Email",
    "last_name": "Last_Name",
    "first_name": "First_Name",
    "phone": "Phone",
    "mobile": "Mobile",
    "title": "Title",
    "description": "Description",
}
