package io.whimbrel.store;

import java.nio.file.Path;

/**
 * How a store is opened.
 *
 * @param directory made if it does not exist
 * @param freeBytesMin below this room on the file system nothing is taken that may be refused
 */
public record StoreSettings(Path directory, long freeBytesMin) {}
