/**
 * Who gets what: the subscription index, and the persistent topic trie under it and under the
 * retained messages. {@code core.retain} sees this package; this package does not see it.
 */
@NullMarked
package io.whimbrel.core.routing;

import org.jspecify.annotations.NullMarked;
