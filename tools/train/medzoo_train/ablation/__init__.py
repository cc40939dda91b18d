"""The paper's claim, tested on one frozen encoder: automatic prompts against hand-made ones, attention against plainer
parts.
"""
