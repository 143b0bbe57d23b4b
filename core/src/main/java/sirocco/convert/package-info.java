/// From one checkpoint format to another, tensor after tensor: conversion and quantisation.
package sirocco.convert;
