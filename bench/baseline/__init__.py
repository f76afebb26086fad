"""What smsbot is compared with: the application of the provider's own quick-start."""
