"""A skeleton of a product: what is least for staff to send something to it."""
