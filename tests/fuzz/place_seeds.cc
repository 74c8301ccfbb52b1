#include "tests/fuzz/seeds.h"

namespace suyuan {

std::vector<std::string> FuzzSeeds() {
  return {
      "36.16.0.0|36.16.255.255|中国|浙江省|杭州市|电信\n",
      "# v6\n240e:380::|240e:380:ffff::|中国|浙江省|宁波市|电信\n8.8.8.0|8.8.8.255|美国|0|0|0\n",
      "36.17.1.0|36.17.1.255|中国|浙江省|0|IDC\n36.16.0.0|36.16.0.9|0|0|内网IP|内网IP",
      "code\tname\n110000\t北京市\n110101\t东城区\n",
      "::ffff:36.16.0.1",
  };
}

}  // namespace suyuan
