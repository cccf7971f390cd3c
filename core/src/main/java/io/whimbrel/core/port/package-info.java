/** What the core asks of the world: peers, storage, access, observers. */
@NullMarked
package io.whimbrel.core.port;

import org.jspecify.annotations.NullMarked;
