"""The pages that a person sees: rendered here, complete without JavaScript, with nothing from elsewhere."""
