from __future__ import annotations

import mmap

import pytest
import torch

from spectral_edge.simulate.spectrum import pages
from spectral_edge.simulate.spectrum.pages import ask_for_large_pages


def test_asking_for_large_pages_changes_no_number() -> None:
    buffer = torch.arange(3_000_000, dtype=torch.float32)[1:]  # it need not begin with a page
    ask_for_large_pages(buffer)
    assert torch.equal(buffer, torch.arange(3_000_000, dtype=torch.float32)[1:])


def test_small_buffers_and_systems_without_the_call_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ask_for_large_pages(torch.zeros(10))
    monkeypatch.delattr(mmap, "MADV_HUGEPAGE", raising=False)
    assert not ask_for_large_pages(torch.zeros(3_000_000))


def test_the_answer_is_that_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        pytest.skip("this system has no large pages on request")
    monkeypatch.setattr(mmap, "MADV_HUGEPAGE", 1 << 20)  # no such advice
    assert not ask_for_large_pages(torch.zeros(3_000_000))
    assert pages.SMALLEST < 12_000_000
