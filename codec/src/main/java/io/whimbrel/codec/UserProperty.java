package io.whimbrel.codec;

/** A User Property: a pair of texts whose meaning is the application's (5.0, 2.2.2.2). */
public record UserProperty(String name, String value) {}
