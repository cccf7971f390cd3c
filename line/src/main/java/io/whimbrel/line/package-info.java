/** Serial lines, and the one library that knows them. */
@NullMarked
package io.whimbrel.line;

import org.jspecify.annotations.NullMarked;
