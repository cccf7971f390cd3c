package io.whimbrel.client.sn;

/**
 * A gateway that has answered a search (MQTT-SN 6.1).
 *
 * @param id 0 to 255
 * @param address where it answered from, as its transport writes it; or, where somebody else said
 *     so in its stead, its address as octets in hex
 */
public record FoundGateway(int id, String address) {}
