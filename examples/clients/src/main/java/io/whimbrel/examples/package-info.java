/** Three programs that use the client library: each is its own story, and ends by itself. */
@NullMarked
package io.whimbrel.examples;

import org.jspecify.annotations.NullMarked;
