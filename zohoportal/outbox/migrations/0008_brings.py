from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0007_overtaken"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="brings",
            field=models.ManyToManyField(related_name="brought_by", to="outbox.upload"),
        ),
    ]
