package io.aegis.e2e.house.bad.lower;

public record HoldsAnArray(byte[] bytes) {}
