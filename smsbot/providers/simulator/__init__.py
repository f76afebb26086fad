"""A Twilio-compatible carrier on loopback, for development and tests.

It stands where Twilio stands: texts of virtual phones reach the bot as signed webhooks, the bot's
answers (TwiML) and REST calls reach the phones, receipts go back signed. Everything is held in
memory and gone when the process ends. `carrier.Carrier` is the whole of it without a network side;
`app.create_carrier_app` puts Twilio's REST paths and the phone page's JSON in front.
"""
