package io.aegis.e2e.house.bad.upper;

public final class Face {}
