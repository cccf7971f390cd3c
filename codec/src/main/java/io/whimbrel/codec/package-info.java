/** MQTT on the wire: packets as values, their decoder and encoder, names and filters. */
@NullMarked
package io.whimbrel.codec;

import org.jspecify.annotations.NullMarked;
