/** What the broker counts, and how metrics, {@code $SYS} and the log tell of it. */
@NullMarked
package io.whimbrel.server.metrics;

import org.jspecify.annotations.NullMarked;
