from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0002_contact_deliveries'),
    ]

    operations = [
        migrations.AddField(
            model_name='modulesettings',
            name='shows_others',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='modulesettings',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
