/** The Java client library: what its users see. */
@NullMarked
package io.whimbrel.client;

import org.jspecify.annotations.NullMarked;
