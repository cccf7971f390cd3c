/** The broker put together: configuration and the only wiring. */
@NullMarked
package io.whimbrel.server;

import org.jspecify.annotations.NullMarked;
