/** Other servers that are asked by HTTP about clients who come: bounded, and never waited for. */
@NullMarked
package io.whimbrel.server.ask;

import org.jspecify.annotations.NullMarked;
