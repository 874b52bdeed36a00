//! What must hold against hostile scripts, hostile servers and rough use; a module for each fear.

mod cancel;
mod cli;
mod components;
mod conformance;
mod crossing;
mod escape;
mod gateway;
mod gateway_clients;
mod gateway_door;
mod gateway_life;
mod http_faults;
mod init;
mod languages;
mod learned;
mod limits;
mod pooling;
mod real_servers;
mod sign_in;
mod upstream_faults;
mod upstreams;
