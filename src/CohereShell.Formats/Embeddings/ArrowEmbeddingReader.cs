namespace CohereShell.Formats;

/// <summary>Reads the embeddings of an Arrow file from start to end, some rows at a time.</summary>
internal sealed class ArrowEmbeddingReader : IEmbeddingReader
{
    private readonly Stream _stream;
    private readonly ArrowFile _file;
    private readonly ArrowEmbeddingRows _rows;
    private ArrowColumn[]? _columns;
    private long _batchRows;
    private long _loaded;
    private int _count;
    private int _row;
    private long _position;
    private int _batch;
    private bool _isAtEnd;

    /// <param name="stream">The file. It must be seekable, and is closed with the reader.</param>
    /// <param name="columns">The columns to use.</param>
    /// <exception cref="EmbeddingFileException">It isn't a file with embeddings.</exception>
    public ArrowEmbeddingReader(Stream stream, EmbeddingColumns columns)
    {
        _stream = stream;
        _file = ArrowEmbeddingErrors.Guard(() => new ArrowFile(stream));
        _rows = new ArrowEmbeddingRows(_file, ArrowEmbeddingLayout.Of(_file.Schema, columns), hasVectors: true);
    }

    public Embedding? Read()
    {
        while (!_isAtEnd)
        {
            if (_row < _count)
            {
                return ReadRow();
            }

            if (_loaded < _batchRows)
            {
                LoadRows();
            }
            else if (!MoveToNextBatch())
            {
                _isAtEnd = true;
                if (!_file.IsComplete)
                {
                    throw new EmbeddingFileException(FormattableString.Invariant($"The file is incomplete: it ends after record {_position}, because its writer was interrupted or the file was cut off."), isLast: true);
                }
            }
        }

        return null;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _stream.Dispose();
    }

    private bool MoveToNextBatch()
    {
        ArrowBlock? block;
        try
        {
            block = ArrowEmbeddingErrors.Guard(() => _file.Next());
        }
        catch (EmbeddingFileException exception)
        {
            // Without the end of the file, only this batch tells where the next one is.
            _isAtEnd = true;
            throw new EmbeddingFileException(FormattableString.Invariant($"What follows record {_position} can't be read: {exception.Message}"), isLast: true, exception);
        }

        if (block is not { } found)
        {
            return false;
        }

        _batch++;
        _batchRows = _loaded = _row = _count = 0;
        try
        {
            ArrowEmbeddingErrors.Guard(() =>
            {
                ArrowBatch batch = _file.Read(found);
                _columns = _rows.Find(batch);
                _batchRows = batch.Rows;
                return 0;
            });
        }
        catch (EmbeddingFileException exception)
        {
            _batchRows = 0;
            throw Damaged(exception);
        }

        return true;
    }

    private void LoadRows()
    {
        int count = (int)Math.Min(_rows.WindowLength, _batchRows - _loaded);
        try
        {
            ArrowEmbeddingErrors.Guard(() =>
            {
                _rows.Load(_columns!, _loaded, count);
                return 0;
            });
        }
        catch (EmbeddingFileException exception)
        {
            // The lengths of the rest are in the same part of the file.
            _loaded = _batchRows;
            _row = _count;
            throw Damaged(exception);
        }

        _loaded += count;
        _count = count;
        _row = 0;
    }

    private Embedding ReadRow()
    {
        int row = _row++;
        long position = _position++;
        try
        {
            Embedding embedding = ArrowEmbeddingErrors.Guard(() => _rows.Read(row, position));
            return embedding.Dimension > 0 ? embedding : throw new EmbeddingFileException("it has no vector.", isLast: false);
        }
        catch (EmbeddingFileException exception)
        {
            throw new EmbeddingFileException(FormattableString.Invariant($"Record {position + 1} can't be read: {exception.Message}"), isLast: false, exception);
        }
    }

    private EmbeddingFileException Damaged(EmbeddingFileException exception) =>
        new(FormattableString.Invariant($"Batch {_batch}, after record {_position}, can't be read: {exception.Message}"), isLast: false, exception);
}
