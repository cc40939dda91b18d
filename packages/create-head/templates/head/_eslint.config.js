import tseslint from 'typescript-eslint';

export default tseslint.config({ ignores: ['dist/', 'emb/', 'train/.venv/'] }, ...tseslint.configs.recommended);
