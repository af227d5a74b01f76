-- One database per service. The PostgreSQL image runs this once, on an empty volume.
CREATE DATABASE intake;
CREATE DATABASE credentials;
CREATE DATABASE partnerships;
CREATE DATABASE oversight;
