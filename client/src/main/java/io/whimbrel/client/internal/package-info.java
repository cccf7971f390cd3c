/**
 * What is behind the client library: the session as a plain state machine, what it keeps messages
 * in, and its edge to the network. No part of the public interface.
 */
@NullMarked
package io.whimbrel.client.internal;

import org.jspecify.annotations.NullMarked;
