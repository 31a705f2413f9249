"""Tables in and predictions out: what training and serving share."""
