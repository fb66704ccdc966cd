"""What a clinic offers: templates, days, exceptions, release of places (放号), closing (停诊)."""
