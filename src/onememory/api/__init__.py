"""The REST door: translate, call one use case, translate back."""
