"""The sentence encoder in the box: how it is trained, saved and read without heavy libraries.

`light` is all that serving needs (tokenizers and numpy). `train` needs torch and jieba and is
imported only by whoever trains.
"""
