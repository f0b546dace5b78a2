from django import forms


class ContactForm(forms.Form):
    """A contact; the lengths are those of Zoho CRM's standard fields."""

    email = forms.EmailField(
        label="E-mail",
        max_length=100,
        help_text="If a contact with this address exists, it is updated.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter the contact's e-mail address.",
            "invalid": "E-mail must be an address such as name@example.com.",
        },
    )
    last_name = forms.CharField(
        label="Last name",
        max_length=80,
        error_messages={"required": "Enter the last name."},
    )
    first_name = forms.CharField(label="First name", max_length=40, required=False)
    phone = forms.CharField(
        label="Phone",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    mobile = forms.CharField(
        label="Mobile",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    title = forms.CharField(
        label="Title",
        max_length=100,
        required=False,
        help_text="Their job, such as Office manager.",
    )
    description = forms.CharField(
        label="Description",
        max_length=32_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
