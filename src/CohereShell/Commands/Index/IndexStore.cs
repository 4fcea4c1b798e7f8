using System.Globalization;
using CohereShell.Hosting;

namespace CohereShell.Commands;

/// <summary>
/// The file of an index, and the file beside it with the embeddings of an update that isn't complete. The index changes only at
/// the end of an update. An update that was interrupted leaves the other file, from which the next one continues.
/// </summary>
/// <remarks>It isn't thread-safe.</remarks>
internal sealed class IndexStore : IDisposable
{
    /// <summary>The extension of an index.</summary>
    public const string Extension = ".arrow";

    private const string PartialExtension = ".partial";
    private const string IndexKey = "cohere.index";
    private const string IndexVersion = "1";
    private const string EmulatorKey = "cohere.emulator";
    private const string MaxTokensKey = "cohere.index.max_tokens";
    private const string OverlapKey = "cohere.index.overlap";
    private const string DimensionKey = "cohere.index.dimension";
    private const string KeyKey = "cohere.index.key";
    private const string TemporaryExtension = ".tmp";
    private const string JobExtension = ".job";

    /// <summary>The number of new embeddings that stay in memory, for texts that many files contain, such as a footer.</summary>
    private const int MostRecent = 512;

    private static readonly string[] OwnExtensions = [PartialExtension, JobExtension, IndexScans.Extension];

    private readonly string _path;
    private readonly IEmbeddingFormat _format = LibraryLoader.EmbeddingFormat.Value;
    private readonly Dictionary<string, StoredFile> _files = new(IndexSources.Comparer);
    private readonly Dictionary<string, Place> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Embedding> _recent = new(StringComparer.Ordinal);
    private readonly Queue<string> _recentInOrder = [];
    private readonly List<StoredFile> _rows = [];
    private readonly List<PartialRow> _partialRows = [];
    private readonly HashSet<PartialRow> _partialChunks = [];
    private IEmbeddingTable? _index;
    private FileStream? _stream;
    private IEmbeddingTable? _partial;
    private IEmbeddingBatchWriter? _writer;
    private bool _wasEmpty;

    // Beside the file itself, so that two updates through different links wait for each other.
    private IndexStore(string path) => _path = LinkedFile.Target(path);

    /// <summary>The model; empty for a new index.</summary>
    public string Model { get; private set; } = string.Empty;

    public int Dimension { get; private set; }

    public EmbeddingType EmbeddingType { get; private set; } = EmbeddingType.Float;

    /// <summary>The maximum number of tokens of a chunk, and of those that the next one repeats; null for a new index.</summary>
    public (int MaxTokens, int Overlap)? ChunkSize { get; private set; }

    /// <summary>Whether the emulator created the embeddings.</summary>
    public bool IsEmulated { get; private set; }

    /// <summary>Whether it has no embeddings.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Whether the update changed the file.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>The number of files with chunks in the index.</summary>
    public int FileCount { get; private set; }

    /// <summary>The number of chunks in the index.</summary>
    public long ChunkCount { get; private set; }

    /// <summary>Tells this index from others with the same file name. It's made of the path, and stays if the file is moved.</summary>
    public string Key { get; private set; } = string.Empty;

    /// <summary>The name of the embed job that isn't done, in a file beside the index; null if there isn't one.</summary>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access was denied.</exception>
    public string? PendingJob
    {
        // A name that a dataset can't have isn't one: the file is damaged.
        get => File.Exists(Beside(JobExtension))
            && File.ReadAllText(Beside(JobExtension)).Trim() is { Length: > 0 and <= UpdateCohereIndexCommand.LongestName } name
            && !name.Any(char.IsControl) ? name : null;
        set
        {
            if (value is null)
            {
                File.Delete(Beside(JobExtension));
            }
            else
            {
                File.WriteAllText(Beside(JobExtension), value);
            }
        }
    }

    /// <summary>The number of embeddings of an interrupted update that can't be used, because its model or format differs.</summary>
    public long Discarded { get; private set; }

    /// <summary>The files in the index.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    /// <summary>Opens an index to search it.</summary>
    /// <exception cref="EmbeddingFileException">The file isn't an index, or is damaged.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access was denied.</exception>
    public static IEmbeddingTable OpenTable(string path)
    {
        FileStream stream = Input.FilePaths.OpenRead(Input.FilePaths.RefuseDevice(path));
        IEmbeddingTable? table = null;
        try
        {
            if (EmbeddingFile.FormatOf(stream) == EmbeddingFileFormat.Arrow)
            {
                table = LibraryLoader.EmbeddingFormat.Value.OpenTable(stream, new EmbeddingColumns());
            }

            return table is not null && table.Metadata.TryGetValue(IndexKey, out string? version) && version == IndexVersion
                ? table
                : throw new EmbeddingFileException("The file isn't an index of Update-CohereIndex.", isLast: true);
        }
        catch
        {
            table?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether the emulator created the embeddings of an index.</summary>
    public static bool IsFromEmulator(IEmbeddingTable table) => table.Metadata.ContainsKey(EmulatorKey);

    /// <summary>Opens an index. It may not exist yet. Unless it's read only, no other update can open it until this is disposed.</summary>
    /// <exception cref="EmbeddingFileException">The file isn't an index, or is damaged.</exception>
    /// <exception cref="IOException">The file can't be read or written, or another update is running.</exception>
    /// <exception cref="UnauthorizedAccessException">Access was denied.</exception>
    public static IndexStore Open(string path, bool isReadOnly)
    {
        var store = new IndexStore(path);
        try
        {
            Folder.Refuse(store._path);
            if (System.IO.Path.GetDirectoryName(store._path) is { } folder && !Directory.Exists(folder))
            {
                throw new DirectoryNotFoundException($"The folder '{folder}' doesn't exist.");
            }

            if (!isReadOnly)
            {
                // Before the index is read: another update could replace it in between.
                store.Lock();
                store.DeleteRemains();
            }
            else if (File.Exists(store._path + PartialExtension))
            {
                store._stream = store.OpenPartial(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }

            if (File.Exists(store._path))
            {
                store.ReadIndex();
            }

            if (store.Key.Length == 0)
            {
                store.Key = KeyOf(store._path);
            }

            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The path of a file beside the index.</summary>
    public string Beside(string extension) => _path + extension;

    /// <summary>Whether a file is completely in the index.</summary>
    public bool Contains(string path) => _files.ContainsKey(path);

    /// <summary>Whether a file is completely in the index with this content.</summary>
    public bool Contains(string path, string hash) => _files.TryGetValue(path, out StoredFile? file) && file.IsComplete && file.Hash == hash;

    /// <summary>Whether a file is completely in the index with this content, except for pages that weren't parsed.</summary>
    public bool ContainsUnparsed(string path, string hash) =>
        _files.TryGetValue(path, out StoredFile? file) && file.IsComplete && file.Hash.StartsWith(hash + IndexFile.UnparsedMark, StringComparison.Ordinal);

    /// <summary>Uses nothing of the index, because its embeddings can't be compared with new ones.</summary>
    public void Forget()
    {
        _files.Clear();
        _texts.Clear();
        _rows.Clear();
        _index?.Dispose();
        _index = null;
        HasChanged = true;
    }

    /// <summary>Continues the update that was interrupted, if there was one with the same model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">The format of the embeddings.</param>
    /// <param name="dimension">The number of dimensions in the requests; 0 if they don't have any.</param>
    /// <param name="isEmulated">Whether the emulator creates them.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Begin(string model, EmbeddingType type, int dimension, bool isEmulated)
    {
        if (_stream is null)
        {
            return;
        }

        Dictionary<string, string> metadata = Metadata(isEmulated);
        metadata[DimensionKey] = dimension.ToString(CultureInfo.InvariantCulture);
        bool isContinued = _stream.Length > 0 && TryContinue(model, type, metadata);
        if (!_stream.CanWrite)
        {
            return;
        }

        if (isContinued && TryAppend())
        {
            return;
        }

        _partial?.Dispose();
        _partial = null;
        _stream.SetLength(0);
        _writer = _format.Create(new SharedStream(_stream), new EmbeddingFileRule(), metadata);
    }

    private bool TryAppend()
    {
        try
        {
            var target = new SharedStream(_stream!);
            _writer = _format.Continue(new SharedStream(_stream!), target, mayBeIncomplete: true);
            _stream!.SetLength(_writer.Position);
            target.Position = _writer.Position;
            return true;
        }
        catch (EmbeddingFileException)
        {
            // Killed before its first batch was complete.
            return false;
        }
    }

    /// <summary>Whether this update, or one before it that was interrupted, has written a chunk.</summary>
    public bool Has(IndexChunk chunk) => _partialChunks.Contains(new PartialRow(chunk.Path, chunk.FileHash, chunk.Number));

    /// <summary>Whether the embedding of a text is known.</summary>
    public bool Knows(string textHash) => _texts.ContainsKey(textHash);

    /// <summary>Writes a chunk whose text was embedded before.</summary>
    public bool TryReuse(IndexChunk chunk)
    {
        if (!_texts.TryGetValue(chunk.TextHash, out Place place))
        {
            return false;
        }

        if (_writer is not null)
        {
            Append(chunk, EmbeddingAt(chunk.TextHash, place));
        }

        return true;
    }

    /// <summary>Writes a chunk. It's safe after the next <see cref="Flush"/>.</summary>
    /// <exception cref="EmbeddingException">The embedding doesn't belong in the index.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Append(IndexChunk chunk, Embedding embedding)
    {
        var row = new PartialRow(chunk.Path, chunk.FileHash, chunk.Number);
        Write(
            new Embedding
            {
                Index = _partialRows.Count,
                Text = chunk.Text,
                Path = chunk.Path,
                Model = embedding.Model,
                InputType = EmbedInputType.SearchDocument,
                Vector = embedding.Vector,
                Int8 = embedding.Int8,
                Uint8 = embedding.Uint8,
                Binary = embedding.Binary,
                Ubinary = embedding.Ubinary,
            },
            IndexColumns.Write(chunk));
        _partialChunks.Add(row);
        _texts[chunk.TextHash] = new Place(IsPartial: true, _partialRows.Count);
        _partialRows.Add(row);
        Remember(chunk.TextHash, embedding);
    }

    /// <summary>Whether a path is the index, or a file that an update writes beside it.</summary>
    public static bool IsFileOf(string index, string path) =>
        path.StartsWith(index, IndexSources.Comparison)
        && (path.Length == index.Length
            || OwnExtensions.Any(extension => string.Equals(path.Substring(index.Length), extension, IndexSources.Comparison))
            || IsRemainder(path, index + "."));

    /// <summary>Writes the embedding of a text whose chunks aren't known yet.</summary>
    public void AppendText(Embedding embedding)
    {
        if (embedding.Text is not { } text)
        {
            return;
        }

        string hash = IndexChunk.HashOf(text);
        if (Knows(hash))
        {
            return;
        }

        embedding.Path = null;
        Write(embedding, IndexColumns.Write(new IndexChunk { Text = text, Number = -1 }));
        _texts[hash] = new Place(IsPartial: true, _partialRows.Count);
        _partialRows.Add(new PartialRow(string.Empty, string.Empty, -1));
    }

    /// <summary>Makes sure that what was appended isn't lost when the process is killed.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Flush()
    {
        _writer!.Flush();
        _stream!.Flush();
    }

    /// <summary>Writes the index, and deletes the file of the update.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access was denied.</exception>
    /// <exception cref="EmbeddingFileException">The index is damaged.</exception>
    public void Commit(IndexChanges changes, bool isEmulated, int maxTokens, int overlap)
    {
        Flush();
        // Of a file that is in both, the new rows are the right ones.
        var wanted = new HashSet<PartialRow>();
        bool[] isNew = _partialRows.Select(row => changes.Wants(row.Path, row.FileHash) && wanted.Add(row)).ToArray();
        var newPaths = new HashSet<string>(wanted.Select(row => row.Path), IndexSources.Comparer);
        bool[] isKept = _rows.Select(file => !newPaths.Contains(file.Path) && changes.Keeps(file.Path)).ToArray();
        FileCount = newPaths.Count + _files.Values.Count(file => !newPaths.Contains(file.Path) && changes.Keeps(file.Path));
        ChunkCount = wanted.Count + isKept.LongCount(kept => kept);
        HasChanged |= wanted.Count > 0 || isKept.Contains(false) || (_index is { IsComplete: false });
        if (HasChanged || _index is null)
        {
            Dictionary<string, string> metadata = Metadata(isEmulated);
            metadata[MaxTokensKey] = maxTokens.ToString(CultureInfo.InvariantCulture);
            metadata[OverlapKey] = overlap.ToString(CultureInfo.InvariantCulture);
            metadata[KeyKey] = Key;
            Write(isKept, isNew, metadata);
        }

        _partial?.Dispose();
        _partial = null;
        // Before it's closed: afterwards, it can be the file of another update.
        File.Delete(_path + PartialExtension);
        _stream!.Dispose();
        _stream = null;
    }

    public void Dispose()
    {
        _index?.Dispose();
        _partial?.Dispose();
        try
        {
            if (_wasEmpty && _partialRows.Count == 0 && _stream is not null)
            {
                File.Delete(_path + PartialExtension);
            }

            _stream?.Dispose();
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            // The disk is full. What is complete in the file can be used.
        }
    }

    // The case of a path has no meaning on Windows.
    private static string KeyOf(string path) =>
        IndexChunk.HashOf(IndexSources.Comparison == StringComparison.OrdinalIgnoreCase ? path.ToUpperInvariant() : path).Substring(0, 8);

    private static Dictionary<string, string> Metadata(bool isEmulated)
    {
        var metadata = new Dictionary<string, string> { [IndexKey] = IndexVersion };
        if (isEmulated)
        {
            metadata[EmulatorKey] = "true";
        }

        return metadata;
    }

    private void ReadIndex()
    {
        _index = OpenTable(_path);
        IsEmulated = IsFromEmulator(_index);
        if (_index.Metadata.TryGetValue(MaxTokensKey, out string? maxTokens) && int.TryParse(maxTokens, NumberStyles.None, CultureInfo.InvariantCulture, out int most)
            && _index.Metadata.TryGetValue(OverlapKey, out string? overlap) && int.TryParse(overlap, NumberStyles.None, CultureInfo.InvariantCulture, out int repeated))
        {
            ChunkSize = (most, repeated);
        }

        if (_index.Metadata.TryGetValue(KeyKey, out string? key) && key.Length is > 0 and <= 16)
        {
            Key = key;
        }

        foreach (EmbeddingRow row in _index.ReadRows())
        {
            IndexColumns columns = IndexColumns.Read(row.Embedding);
            if (!_files.TryGetValue(columns.Path, out StoredFile? file))
            {
                _files.Add(columns.Path, file = new StoredFile(columns.Path, columns.FileHash, columns.Count));
            }

            file.Rows++;
            _rows.Add(file);
            _texts[columns.TextHash] = new Place(IsPartial: false, row.Position);
        }

        Model = _index.Model;
        Dimension = _index.Dimension;
        FileCount = _files.Count;
        ChunkCount = _rows.Count;
        if (_rows.Count > 0)
        {
            EmbeddingType = TypeOf(_index.Read(0));
        }
    }

    // The system takes the lock back when a process is killed. Windows can delete an open file only if it's shared for this,
    // and other systems lock a file only if it isn't shared at all.
    private void Lock()
    {
        FileShare share = System.IO.Path.DirectorySeparatorChar == '\\' ? FileShare.Delete : FileShare.None;
        string path = _path + PartialExtension;
        do
        {
            _stream?.Dispose();
            _stream = OpenPartial(FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
        }
        // Another update has deleted it between opening and locking.
        while (!File.Exists(path));
        _wasEmpty = _stream.Length == 0;
    }

    private FileStream OpenPartial(FileMode mode, FileAccess access, FileShare share)
    {
        string path = _path + PartialExtension;
        try
        {
            return new FileStream(path, mode, access, share, 64 * 1024);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException($"Another update of '{_path}' is running: {exception.Message}", exception);
        }
    }

    // An update that is killed while it writes the index leaves a temporary file.
    private void DeleteRemains()
    {
        string name = System.IO.Path.GetFileName(_path) + ".";
        foreach (string path in Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(_path)!).Where(path => IsRemainder(System.IO.Path.GetFileName(path), name)).ToArray())
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
            {
                // It only takes space.
            }
        }
    }

    private static bool IsRemainder(string name, string start) =>
        name.StartsWith(start, StringComparison.Ordinal)
        && name.EndsWith(TemporaryExtension, StringComparison.Ordinal)
        && Guid.TryParseExact(name.Substring(start.Length, Math.Max(0, name.Length - start.Length - TemporaryExtension.Length)), "N", out _);

    private bool TryContinue(string model, EmbeddingType type, Dictionary<string, string> metadata)
    {
        try
        {
            _partial = _format.OpenTable(new SharedStream(_stream!), new EmbeddingColumns());
            if (_partial.Count == 0)
            {
                return true;
            }

            if (_partial.Model != model
                || _partial.Metadata.ContainsKey(EmulatorKey) != metadata.ContainsKey(EmulatorKey)
                || !_partial.Metadata.TryGetValue(DimensionKey, out string? dimension)
                || dimension != metadata[DimensionKey]
                || TypeOf(_partial.Read(0)) != type)
            {
                Discarded = _partial.Count;
                return false;
            }

            PartialRow last = default;
            foreach (EmbeddingRow row in _partial.ReadRows())
            {
                IndexColumns columns = IndexColumns.Read(row.Embedding);
                // The rows of a file share its path and its hash, which are longer than the rest.
                var partial = new PartialRow(last.Path == columns.Path ? last.Path : columns.Path, last.FileHash == columns.FileHash ? last.FileHash : columns.FileHash, columns.Number);
                last = partial;
                _partialRows.Add(partial);
                if (columns.Number >= 0)
                {
                    _partialChunks.Add(partial);
                }

                _texts[columns.TextHash] = new Place(IsPartial: true, row.Position);
            }

            return true;
        }
        catch (EmbeddingFileException)
        {
            // Killed before its first batch was complete.
            return false;
        }
    }

    /// <summary>The number format of an embedding.</summary>
    public static EmbeddingType TypeOf(Embedding embedding) => embedding switch
    {
        { Int8: not null } => EmbeddingType.Int8,
        { Uint8: not null } => EmbeddingType.Uint8,
        { Binary: not null } => EmbeddingType.Binary,
        { Ubinary: not null } => EmbeddingType.Ubinary,
        _ => EmbeddingType.Float,
    };

    private void Write(Embedding embedding, byte[] columns)
    {
        if (embedding.Base64 is { } base64)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"An index has numbers, and not base64 ({base64.Length} characters)."));
        }

        _writer!.Write(embedding, columns);
    }

    private Embedding EmbeddingAt(string hash, Place place)
    {
        if (_recent.TryGetValue(hash, out Embedding? recent))
        {
            return recent;
        }

        if (!place.IsPartial)
        {
            return _index!.Read(place.Position);
        }

        if (_partial is null || place.Position >= _partial.Count)
        {
            // Written by this update.
            Flush();
            _partial?.Dispose();
            _partial = _format.OpenTable(new SharedStream(_stream!), new EmbeddingColumns());
        }

        return _partial.Read(place.Position);
    }

    private void Remember(string hash, Embedding embedding)
    {
        if (!_recent.ContainsKey(hash))
        {
            _recentInOrder.Enqueue(hash);
            if (_recentInOrder.Count > MostRecent)
            {
                _recent.Remove(_recentInOrder.Dequeue());
            }
        }

        _recent[hash] = embedding;
    }

    private void Write(bool[] isKept, bool[] isNew, Dictionary<string, string> metadata)
    {
        using var file = new ReplacingFile(_path, keepsContent: false);
        IEmbeddingBatchWriter writer = _format.Create(file.Stream!, new EmbeddingFileRule(), metadata);
        if (_index is not null)
        {
            writer.Copy(_index, position => isKept[position]);
        }

        if (isNew.Contains(true))
        {
            using IEmbeddingTable partial = _format.OpenTable(new SharedStream(_stream!), new EmbeddingColumns());
            writer.Copy(partial, position => isNew[position]);
        }

        writer.Complete();
        // Windows can't replace a file that is open.
        _index?.Dispose();
        _index = null;
        file.Complete(mayReplace: true);
    }

    /// <summary>A file in the index.</summary>
    private sealed class StoredFile(string path, string hash, int count)
    {
        private readonly int _count = count;

        public string Path { get; } = path;

        public string Hash { get; } = hash;

        /// <summary>The number of its chunks in the index.</summary>
        public int Rows { get; set; }

        /// <summary>Whether all of its chunks are in the index. Some can be missing because they were refused.</summary>
        public bool IsComplete => Rows == _count;
    }

    /// <summary>Where an embedding is.</summary>
    private readonly record struct Place(bool IsPartial, long Position);

    /// <summary>A row of the file of the update.</summary>
    private readonly record struct PartialRow(string Path, string FileHash, int Number);
}
