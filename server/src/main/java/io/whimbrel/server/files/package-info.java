/** Files that are read again when they change. */
@NullMarked
package io.whimbrel.server.files;

import org.jspecify.annotations.NullMarked;
