/** One event loop's share of the sessions, its timers and its mailbox. */
@NullMarked
package io.whimbrel.core.shard;

import org.jspecify.annotations.NullMarked;
