/** Listeners, TLS and the Netty edge of a connection. */
@NullMarked
package io.whimbrel.server.net;

import org.jspecify.annotations.NullMarked;
