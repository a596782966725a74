"""Where to open clinics so that access varies less between patients."""
