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
mod gateway_faults;
mod gateway_life;
mod gateway_rounds;
mod gateway_start;
mod gateway_tasks;
mod http_faults;
mod init;
mod languages;
mod learned;
mod limits;
mod pooling;
mod raw_client;
mod real_servers;
mod sign_in;
mod upstream_faults;
mod upstreams;
