"""What staff can do in Zoho Campaigns."""

from connections.product import Feature

# https://www.zoho.com/campaigns/help/developers/contact-subscribe.html
SCOPES = ("ZohoCampaigns.contact.READ", "ZohoCampaigns.contact.UPDATE")

SUBSCRIBE = Feature(
    key="campaigns.subscribe",
    title="Subscribe people to mailing lists",
    hint="Lists in Zoho Campaigns",
    scopes=SCOPES,
    page="campaigns:subscribe",
    link="Subscribe",
    first_task="Subscribe a first person",
    icon="contact",
    for_person="Also subscribe",
    entry=("campaigns.add",),
)
UNSUBSCRIBE = Feature(
    key="campaigns.unsubscribe",
    title="Take people off mailing lists",
    hint="One list, or all mail from Zoho Campaigns",
    scopes=SCOPES,
    page="campaigns:unsubscribe",
    link="Unsubscribe",
    icon="contact",
    entry=("campaigns.remove",),
)
